/** What the clients and whoever kills the servers say to each other, between processes. */
import { type JWK } from 'jose';

export const PLATFORM = 'demo';
export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'casetrail';

/** By a client, in the order in which it happened. */
export type Told =
  /** Told before it is on its way. */
  | { readonly what: 'sent'; readonly key: string; readonly as: string; readonly path: string }
  | {
      readonly what: 'answered';
      readonly key: string;
      readonly status: number;
      readonly token?: string;
      readonly code?: string;
      readonly version?: number;
    }
  /** All that was told before has come: the answer to the same. */
  | { readonly what: 'mark'; readonly mark: number }
  /** Nothing is on its way any more. */
  | { readonly what: 'stopped' }
  /** A client that cannot go on. */
  | { readonly what: 'trouble'; readonly error: string };

export interface Beginning {
  readonly label: string;
  readonly number: number;
  readonly seed: number;
  /** By which the issuer signs. */
  readonly secret: JWK;
}

/** To a client. */
export type Order =
  | { readonly begin: Beginning }
  | { readonly url: string | null }
  | { readonly mark: number }
  | { readonly stop: true };
