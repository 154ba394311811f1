import type { Attributes } from '@opentelemetry/api';
import type { Transition } from '../ledger/transition.js';
import { definedAttributes } from '../otel/attributes.js';
import type { Diagnostics } from '../otel/diagnostics.js';
import { hrTime } from '../otel/hr-time.js';
import { globalLoggerProvider, type LoggerLike, type LoggerProviderLike } from '../otel/logger.js';
import { SCOPE_NAME, VERSION } from '../otel/scope.js';
import { ATTR_CLUSTER, ATTR_NAMESPACE, ATTR_PLAN_ID } from './definitions.js';
import { logBodyOf, logEventOf } from './log-record.js';
import type { Place } from './place.js';

/** Options of {@link LogEvents}. */
export interface LogEventsOptions {
  readonly loggerProvider?: LoggerProviderLike | undefined;
  readonly maxSpansPerPlan: number;
}

/** Emits the log events of one cluster. */
export class LogEvents {
  readonly #options: LogEventsOptions;
  readonly #diagnostics: Diagnostics;
  readonly #namespace: string;
  readonly #cluster: string;
  readonly #clusterAttributes: Attributes;
  #provider: LoggerProviderLike | undefined;
  #logger: LoggerLike | undefined;

  constructor(namespace: string, cluster: string, options: LogEventsOptions, diagnostics: Diagnostics) {
    this.#options = options;
    this.#diagnostics = diagnostics;
    this.#namespace = namespace;
    this.#cluster = cluster;
    this.#clusterAttributes = { [ATTR_NAMESPACE]: namespace, [ATTR_CLUSTER]: cluster };
  }

  /**
   * @param seenAt when the transition was seen, in milliseconds since the Unix epoch
   * @param place the span which the transition is about
   */
  record(transition: Transition, seenAt: number, place: Place): void {
    const logger = this.#currentLogger();
    if (logger === undefined || logger.enabled?.() === false) return;
    // A plan may have any number of moves: those past the limit of spans are counted only.
    const move = 'move' in transition ? transition.move : transition.type === 'stepLost' ? transition.step : undefined;
    if (move !== undefined && 'shard' in move && move.ordinal >= this.#options.maxSpansPerPlan) return;
    const event = logEventOf(transition);
    if (event === undefined) return;
    const { plan } = transition;
    logger.emit({
      eventName: event.name,
      body: logBodyOf(event.says, plan, this.#namespace, this.#cluster),
      timestamp: hrTime(transition.at),
      observedTimestamp: hrTime(seenAt),
      severityNumber: event.severity,
      severityText: event.severityText,
      attributes: definedAttributes(this.#clusterAttributes, { [ATTR_PLAN_ID]: plan?.id }, ...event.attributes),
      context: place.context,
    });
  }

  #currentLogger(): LoggerLike | undefined {
    const provider = this.#options.loggerProvider ?? globalLoggerProvider();
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
