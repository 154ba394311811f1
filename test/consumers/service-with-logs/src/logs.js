import { logs } from '@opentelemetry/api';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';

// Prints the name of each log event.
const exporter = {
  export(records, done) {
    for (const { eventName } of records) console.log(eventName);
    done({ code: 0 });
  },
  shutdown: () => Promise.resolve(),
  forceFlush: () => Promise.resolve(),
};
const processors = [new SimpleLogRecordProcessor({ exporter })];
logs.setGlobalLoggerProvider(new LoggerProvider({ processors }));
