import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Whether it is a file that may be run. */
export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The programs of one name that PATH leads to, the first one first. */
export async function onPath(name: string): Promise<string[]> {
  const paths = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name));
  const executable = await Promise.all(paths.map(isExecutable));
  return paths.filter((_, index) => executable[index]);
}
