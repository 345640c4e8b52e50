/** How far the screening of a round has come. */
import { type Moment } from '#kernel/actor';
import { type CaseEventOf } from '../case.events.ts';
import { type CaseState } from '../case.state.ts';

const noFailure = { attempts: 0, overallLeftMs: null };

export function applyScreen(
  state: CaseState,
  event: CaseEventOf<
    'ScreeningStarted' | 'ScreeningCheckCompleted' | 'ScreeningFailed' | 'ScreeningCompleted'
  >,
  { at }: Moment,
): CaseState {
  const { round } = event.data;
  const running = state.screening ?? { round, checks: {}, findings: [], outcome: null };
  switch (event.type) {
    case 'ScreeningStarted':
      return { ...state, screening: { round, checks: {}, findings: [], outcome: null } };
    case 'ScreeningCheckCompleted':
      return {
        ...state,
        screening: {
          ...running,
          checks: { ...running.checks, [event.data.check]: event.data.outcome },
          findings: [...running.findings, ...event.data.findings],
        },
      };
    case 'ScreeningFailed': {
      const { attempts, overallLeftMs } = state.screeningFailure ?? noFailure;
      const { attempt = attempts + 1, overallLeftMs: left } = event.data;
      return {
        ...state,
        ...(left === undefined
          ? {}
          : { overall: null, stopped: state.overall && { overall: state.overall, at } }),
        screeningFailure: { attempts: attempt, overallLeftMs: left ?? overallLeftMs },
      };
    }
    case 'ScreeningCompleted':
      return {
        ...state,
        screening: { ...running, outcome: event.data.outcome },
        screeningFailure: null,
        overall: event.data.overall ?? state.overall,
        stopped: null,
      };
  }
}
