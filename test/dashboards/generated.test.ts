import { expect } from 'chai';
import { allPages } from '../../dashboards/all-pages.js';
import { dashboardFiles } from '../../dashboards/dashboard-files.js';
import { v2Manifest } from '../../dashboards/dashboard-schema-v2.js';
import { inOrder, jsonText } from '../../dashboards/json-text.js';
import { configMap, operatorDashboards } from '../../dashboards/kubernetes.js';
import { dashboardProvider, dataSources, LOCAL_HOSTS, STACK_HOSTS } from '../../dashboards/provisioning.js';
import { DEFAULTS } from '../../rules/settings.js';
import { DASHBOARDS, fileText } from './dashboard-files.js';

const PAGES = allPages(DEFAULTS);

/** A YAML file without the comment at its top. */
function yamlOf(name: string): string {
  return fileText(name).replace(/^#.*\n/, '');
}

describe('the committed dashboards and their source', () => {
  const dashboards = dashboardFiles(DEFAULTS);

  it('has the three dashboards and no other', () => {
    expect(PAGES.map(({ uid }) => uid).sort()).to.deep.equal([...DASHBOARDS].sort());
  });

  for (const page of PAGES) {
    it(`${page.uid}: is what the source gives, in both forms`, () => {
      expect(fileText(`${page.uid}.json`)).to.equal(jsonText(dashboards[`${page.uid}.json`] ?? {}));
      expect(fileText(`v2/${page.uid}.json`)).to.equal(jsonText(inOrder(v2Manifest(page))));
    });
  }

  it('what installs them is what the source gives', () => {
    expect(yamlOf('provisioning/dashboards.yaml')).to.equal(dashboardProvider());
    expect(yamlOf('provisioning/datasources.yaml')).to.equal(dataSources(LOCAL_HOSTS));
    expect(yamlOf('../examples/stack/grafana-datasources.yaml')).to.equal(dataSources(STACK_HOSTS));
    expect(yamlOf('kubernetes/configmap.yaml')).to.equal(configMap(dashboards));
    expect(yamlOf('kubernetes/grafana-operator.yaml')).to.equal(operatorDashboards(Object.keys(dashboards)));
  });
});
