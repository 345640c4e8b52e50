/**
 * Positions as tokens: commit and prepare as 16 hexadecimal digits each, so that they compare as text,
 * then a check over both and the store's name. The server takes a made-up position without a word (one
 * beyond the end) or with an unknown error; the check refuses it, and those of another log, before.
 */
import { hash } from 'node:crypto';
import { START, type Position } from '#kernel/position';
import { UnknownPosition } from '../event-store.errors.ts';

export interface LogPosition {
  readonly commit: bigint;
  readonly prepare: bigint;
}

export const LOG_START: LogPosition = { commit: -1n, prepare: -1n };

const CHECK_DIGITS = 8;
const hex = (number: bigint) => number.toString(16).padStart(16, '0');

export const isLater = (one: LogPosition, other: LogPosition): boolean =>
  one.commit > other.commit || (one.commit === other.commit && one.prepare > other.prepare);

export const isSame = (one: LogPosition, other: LogPosition): boolean =>
  one.commit === other.commit && one.prepare === other.prepare;

export const laterOf = (one: LogPosition, other: LogPosition): LogPosition =>
  isLater(one, other) ? one : other;

export class PositionTokens {
  readonly #storeId: string;

  constructor(storeId: string) {
    this.#storeId = storeId;
  }

  tokenOf(position: LogPosition): Position {
    if (position.commit < 0n) return START;
    const place = hex(position.commit) + hex(position.prepare);
    return (place + this.#check(place)) as Position;
  }

  /** @throws UnknownPosition for a token that this log never gave. */
  positionOf(token: Position): LogPosition {
    if (token === START) return LOG_START;
    const [, commit, prepare, check] =
      /^([0-9a-f]{16})([0-9a-f]{16})([0-9a-f]{8})$/.exec(token) ?? [];
    if (!commit || !prepare || check !== this.#check(commit + prepare)) {
      throw new UnknownPosition(`This event log never gave the position ${JSON.stringify(token)}.`);
    }
    return { commit: BigInt(`0x${commit}`), prepare: BigInt(`0x${prepare}`) };
  }

  #check(place: string): string {
    return hash('sha256', `${this.#storeId}:${place}`).slice(0, CHECK_DIGITS);
  }
}
