/** Figures as people read them. */
const WHOLE = new Intl.NumberFormat('en');

export const figure = (value: number): string => WHOLE.format(value);

/** `3.2 s`, `4 min 05 s`. */
export function duration(ms: number): string {
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
