/** Takes back what was scheduled. Harmless once it has run. */
export type Cancel = () => void;

/** The only source of time of the simulation. Times are whole milliseconds since the Unix epoch. */
export interface Timeline {
  now(): number;
  /** Runs `action` at a time; one that is past runs as soon as the timeline goes on. */
  at(time: number, action: () => void): Cancel;
  /** @param delay milliseconds from now */
  after(delay: number, action: () => void): Cancel;
}
