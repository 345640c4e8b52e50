import { type AdminsEvent } from './admins.events.ts';

export interface AdminsState {
  /** Staff ids, sorted. Each of them is an active admin, at every instant. */
  readonly counted: readonly string[];
  /** By staff id, the revision of their stream at which they were last relieved. */
  readonly relievedAt: Readonly<Record<string, number>>;
}

export const initialAdmins: AdminsState = { counted: [], relievedAt: {} };

export function evolveAdmins(state: AdminsState, event: AdminsEvent): AdminsState {
  switch (event.type) {
    case 'AdminAppointed': {
      const { staffId } = event.data;
      return { ...state, counted: [...new Set([...state.counted, staffId])].sort() };
    }
    case 'AdminRelieved': {
      const { staffId, staffRevision } = event.data;
      return {
        counted: state.counted.filter((other) => other !== staffId),
        relievedAt: { ...state.relievedAt, [staffId]: staffRevision },
      };
    }
    default:
      return state;
  }
}

/** Whether the platform has an active admin besides this one. */
export function hasOtherAdmins({ counted }: AdminsState, staffId: string): boolean {
  return counted.some((other) => other !== staffId);
}

export const adminsStream = (platform: string): string => `admins-${platform}`;
