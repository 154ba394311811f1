import * as api from '@opentelemetry/api';
import { definedAttributes } from './attributes.js';
import type { Diagnostics } from './diagnostics.js';
import { logEventOf } from './events.js';
import { hrTime } from './hr-time.js';
import type { PlanSpans } from './plan-spans.js';
import { ATTR_CLUSTER, ATTR_NAMESPACE, ATTR_PLAN_ID, SCOPE_NAME } from './semconv.js';
import type { Transition } from './transition.js';
import { VERSION } from './version.js';

/** A log record as this package emits it. */
export interface LogRecordLike {
  eventName: string;
  timestamp: api.HrTime;
  observedTimestamp: api.HrTime;
  severityNumber: number;
  severityText: string;
  attributes: api.Attributes;
  context: api.Context;
}

/** The part of OpenTelemetry's `Logger` that this package uses, by structure. */
export interface LoggerLike {
  emit(record: LogRecordLike): void;
  enabled?(): boolean;
}

/** The part of OpenTelemetry's `LoggerProvider` that this package uses, by structure. */
export interface LoggerProviderLike {
  getLogger(name: string, version?: string): LoggerLike;
}

/** The global provider: `@opentelemetry/api` has the Logs API from 1.10 on; before, the app hands over a provider. */
export function globalLoggerProvider(): LoggerProviderLike | undefined {
  return (api as { logs?: { getLoggerProvider(): LoggerProviderLike } }).logs?.getLoggerProvider();
}

/** Emits the log events of one cluster, those of a plan in its trace context. */
export class LogEvents {
  readonly #given: LoggerProviderLike | undefined;
  readonly #diagnostics: Diagnostics;
  readonly #spans: PlanSpans;
  readonly #clusterAttributes: api.Attributes;
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
      timestamp: hrTime(transition.at),
      observedTimestamp: hrTime(seenAt),
      severityNumber: event.severity,
      severityText: event.severityText,
      attributes: definedAttributes(this.#clusterAttributes, { [ATTR_PLAN_ID]: plan?.id }, event.attributes),
      context: plan === undefined ? api.ROOT_CONTEXT : this.#spans.planContext(plan),
    });
  }

  #currentLogger(): LoggerLike | undefined {
    const provider = this.#given ?? globalLoggerProvider();
    if (provider === undefined) {
      this.#diagnostics.onceForAll(
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
