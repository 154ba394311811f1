import { type Attributes, ROOT_CONTEXT } from '@opentelemetry/api';
import type { Transition } from '../ledger/transition.js';
import { definedAttributes } from '../otel/attributes.js';
import type { Diagnostics } from '../otel/diagnostics.js';
import { hrTime } from '../otel/hr-time.js';
import { globalLoggerProvider, type LoggerLike, type LoggerProviderLike } from '../otel/logger.js';
import { SCOPE_NAME, VERSION } from '../otel/scope.js';
import { ATTR_CLUSTER, ATTR_NAMESPACE, ATTR_PLAN_ID } from './definitions.js';
import { logBodyOf, logEventOf } from './log-record.js';
import type { PlanSpans } from './plan-spans.js';

/** Emits the log events of one cluster, those of a plan in its trace context. */
export class LogEvents {
  readonly #given: LoggerProviderLike | undefined;
  readonly #diagnostics: Diagnostics;
  readonly #spans: PlanSpans;
  readonly #namespace: string;
  readonly #cluster: string;
  readonly #clusterAttributes: Attributes;
  #provider: LoggerProviderLike | undefined;
  #logger: LoggerLike | undefined;

  constructor(
    namespace: string,
    cluster: string,
    given: LoggerProviderLike | undefined,
    spans: PlanSpans,
    diagnostics: Diagnostics,
  ) {
    this.#given = given;
    this.#spans = spans;
    this.#diagnostics = diagnostics;
    this.#namespace = namespace;
    this.#cluster = cluster;
    this.#clusterAttributes = { [ATTR_NAMESPACE]: namespace, [ATTR_CLUSTER]: cluster };
  }

  /** @param seenAt when the transition was seen, in milliseconds since the Unix epoch */
  record(transition: Transition, seenAt: number): void {
    const logger = this.#currentLogger();
    if (logger === undefined || logger.enabled?.() === false) return;
    const event = logEventOf(transition);
    if (event === undefined) return;
    const { plan } = event;
    logger.emit({
      eventName: event.name,
      body: logBodyOf(event, this.#namespace, this.#cluster),
      timestamp: hrTime(transition.at),
      observedTimestamp: hrTime(seenAt),
      severityNumber: event.severity,
      severityText: event.severityText,
      attributes: definedAttributes(this.#clusterAttributes, { [ATTR_PLAN_ID]: plan?.id }, event.attributes),
      context: plan === undefined ? ROOT_CONTEXT : this.#spans.planContext(plan),
    });
  }

  #currentLogger(): LoggerLike | undefined {
    const provider = this.#given ?? globalLoggerProvider();
    if (provider === undefined) {
      this.#diagnostics.oncePerProcess(
        'info',
        'log-events',
        'log events are off: @opentelemetry/api before 1.10 has no Logs API; pass { loggerProvider } to instrument()',
      );
      return undefined;
    }
    if (provider !== this.#provider) {
      this.#provider = provider;
      this.#logger = provider.getLogger(SCOPE_NAME, VERSION);
    }
    return this.#logger;
  }
}
