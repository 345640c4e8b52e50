/**
 * What the operator reads when the server, or a command, cannot start: what is wrong, where, and what
 * to do, in one paragraph, without a stack and without a secret. What is not listed here is a defect
 * of ours, and its stack says where.
 */
import { DevIssuerRefused } from '#infra/auth/dev-issuer';
import { SettingsError } from '#infra/config/config';
import { StoreUnavailable, StoreUnusable } from '#infra/event-store/event-store.errors';
import { ReadStoreUnavailable, ReadStoreUnusable } from '#infra/read-store/read-store.port';
import { VaultDamaged, VaultKeyUnusable, VaultUnavailable } from '#infra/vault/vault.port';
import { EventDamaged } from '#kernel/damaged-event';
import { EventOfNewerBuild } from '#kernel/newer-event';
import { DataFolderUnusable, NoDataFolder } from './data-folder.ts';
import { EventServerRefused } from './event-log.ts';
import { FolderInUse } from './folder-lock.ts';

/** Their messages say what, where and what to do. */
const SAY_IT_ALL = [
  SettingsError,
  DevIssuerRefused,
  NoDataFolder,
  FolderInUse,
  DataFolderUnusable,
  EventServerRefused,
  ReadStoreUnusable,
  VaultKeyUnusable,
  VaultDamaged,
  EventOfNewerBuild,
  EventDamaged,
] as const;

const ROOM_RIGHT_OR_PEACE =
  'Make room on the disk, give the user of the server the right to write, or end what else uses the file.';

/** Their messages say what and where, and only some what to do. */
const WITH_REMEDY: readonly (readonly [new (...args: never[]) => Error, string])[] = [
  [StoreUnusable, 'Restore it from its backup, or start the version that wrote it.'],
  [StoreUnavailable, ROOM_RIGHT_OR_PEACE],
  [VaultUnavailable, ROOM_RIGHT_OR_PEACE],
  [ReadStoreUnavailable, ROOM_RIGHT_OR_PEACE],
];

interface SystemError {
  readonly code: string;
  readonly syscall: string;
  readonly path?: string;
  /** Of a copy, where it goes to. */
  readonly dest?: string;
  readonly address?: string;
  readonly port?: number;
}

const LISTEN: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there. End it, or give another port (CASETRAIL_PORT)',
  EACCES:
    'this user may not listen there. Give a port from 1024 on (CASETRAIL_PORT), or the user that right',
  EADDRNOTAVAIL: 'this machine has no such address. Give one that it has (CASETRAIL_HOST)',
  ENOTFOUND: 'no such host is known. Give an address of this machine (CASETRAIL_HOST)',
};

const FILE_SYSTEM: Readonly<Record<string, string>> = {
  EACCES: 'the user of the server has no right to it. Give it that right, or another path',
  EPERM: 'the user of the server has no right to it. Give it that right, or another path',
  EROFS: 'it lies on a disk that can only be read. Mount it for writing, or give another path',
  ENOSPC: 'there is no room left on its disk. Make room',
  ENOTDIR: 'a part of its path is no folder. Check the path',
  EISDIR: 'it is a folder, and should be a file. Check the path',
};

/** One paragraph, or undefined for an error that nobody expected. */
export function startFault(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (SAY_IT_ALL.some((kind) => error instanceof kind)) return error.message;
  const known = WITH_REMEDY.find(([kind]) => error instanceof kind);
  const says = /\bRestore\b/.test(error.message);
  if (known) return says ? error.message : `${withFullStop(error.message)} ${known[1]}`;
  return isSystemError(error) ? ofTheSystem(error) : undefined;
}

/** What a copy finds no room for, or may not write, is what it writes. */
const OF_WHAT_IS_WRITTEN: ReadonlySet<string> = new Set(['ENOSPC', 'EROFS']);

function ofTheSystem(error: SystemError): string | undefined {
  const { code, syscall, dest, address, port } = error;
  const path = dest !== undefined && OF_WHAT_IS_WRITTEN.has(code) ? dest : error.path;
  const listening = syscall === 'listen' || syscall === 'getaddrinfo';
  const said = (listening ? LISTEN : FILE_SYSTEM)[code];
  if (said === undefined) return undefined;
  if (!listening) return `${path ?? 'A file'} cannot be used: ${said} (${code}).`;
  const where = [address, port].filter((part) => part !== undefined).join(':');
  return `The server cannot listen on ${where || 'its address'}: ${said} (${code}).`;
}

/** By shape, not by class: an error of Node's own may come from another realm. */
function isSystemError(error: object): error is SystemError {
  return 'code' in error && typeof error.code === 'string' && 'syscall' in error;
}

const withFullStop = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
