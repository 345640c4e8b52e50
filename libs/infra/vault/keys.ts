/**
 * The key-encryption keys: the one secret that lies outside the data folder. Whoever has this file
 * and the data folder can read the vault; whoever loses it has lost the vault. No function here, and
 * no error it throws, ever prints key material (keys.spec.ts).
 *
 * STORED FORMAT, JSON: { format, version, keys: [{ id: 8 hex digits, key: 32 bytes in base64 }] },
 * oldest first. New data keys are wrapped under the last; the others still open what they wrapped.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { makeFolder, sync } from '../disk/durable.ts';
import { KEY_BYTES, randomKey, unwrapKey, wrapKey } from './crypto.ts';
import { VaultKeyUnusable } from './vault.port.ts';

const FORMAT = 'casetrail-vault-keys';

const keyFileSchema = z.object({
  format: z.literal(FORMAT),
  version: z.literal(1),
  keys: z
    .array(
      z.object({
        id: z.string().regex(/^[0-9a-f]{8}$/),
        key: z.base64().refine((text) => Buffer.from(text, 'base64').length === KEY_BYTES),
      }),
    )
    .min(1)
    .refine((keys) => new Set(keys.map((key) => key.id)).size === keys.length),
});
type KeyFile = z.infer<typeof keyFileSchema>;

/** Holds the keys where no log line, error or inspection reaches them. */
export class KeyEncryptionKeys {
  readonly #keys: ReadonlyMap<string, Uint8Array>;
  /** The key that new data keys are wrapped under. */
  readonly newestId: string;

  /** @param keys oldest first, at least one. @throws RangeError */
  constructor(keys: readonly { readonly id: string; readonly key: Uint8Array }[]) {
    const newest = keys.at(-1);
    if (!newest) throw new RangeError('At least one key-encryption key is needed.');
    this.#keys = new Map(keys.map(({ id, key }) => [id, key]));
    this.newestId = newest.id;
  }

  /** One random key, in memory alone: what it wraps cannot be read after it is dropped. */
  static random(): KeyEncryptionKeys {
    return new KeyEncryptionKeys([{ id: newId(), key: randomKey() }]);
  }

  has(id: string): boolean {
    return this.#keys.has(id);
  }

  /** Wraps under the newest key. `bound` names what the wrapped key is for. */
  wrap(key: Uint8Array, bound: readonly string[]): Buffer {
    return wrapKey(this.#find(this.newestId), key, bound);
  }

  /** @throws VaultKeyUnusable when the key with this id is missing or does not open it */
  unwrap(id: string, wrapped: Uint8Array, bound: readonly string[]): Buffer {
    const key = unwrapKey(this.#find(id), wrapped, bound);
    if (key) return key;
    throw new VaultKeyUnusable(
      `Key-encryption key ${id} does not open this vault. Start with the key file that the vault ` +
        'was made with (restore it from its backup); never make a new one for an existing vault.',
    );
  }

  #find(id: string): Uint8Array {
    const key = this.#keys.get(id);
    if (key) return key;
    throw new VaultKeyUnusable(
      `The vault needs key-encryption key ${id}, and the key file does not hold it. Restore the ` +
        'key file from its backup, or put the missing key back into it.',
    );
  }
}

const newId = (): string => randomBytes(4).toString('hex');
const newKey = () => ({ id: newId(), key: randomKey().toString('base64') });

/** By shape, not by class: an error of Node's own may come from another realm. */
const reasonOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';

/**
 * Makes a key file with one key, readable by its owner alone. It must be backed up apart from the data.
 * @returns the id of the key. @throws VaultKeyUnusable when the file exists or cannot be written
 */
export function createKeyFile(path: string): string {
  const key = newKey();
  try {
    makeFolder(dirname(path));
    writeWhole(path, key.id, { format: FORMAT, version: 1, keys: [key] });
  } catch (error) {
    throw new VaultKeyUnusable(
      reasonOf(error) === 'EEXIST'
        ? `${path} exists and is not overwritten: the vault that it belongs to would be lost.`
        : `${path} cannot be written (${reasonOf(error)}). Choose a folder that this user may write to.`,
    );
  }
  return key.id;
}

/**
 * Adds a newer key: from the next start on, new data keys are wrapped under it. The older keys stay
 * until `rewrapKeys` of the vault has moved everything.
 * @returns the id of the new key. @throws VaultKeyUnusable
 */
export function addKeyToFile(path: string): string {
  const file = parse(path);
  const key = newKey();
  const beside = `${path}.new`;
  try {
    rmSync(beside, { force: true });
    write(beside, { ...file, keys: [...file.keys, key] });
    renameSync(beside, path);
    sync(dirname(path));
  } catch (error) {
    throw new VaultKeyUnusable(`${path} cannot be replaced (${reasonOf(error)}). It is unchanged.`);
  }
  return key.id;
}

/** @throws VaultKeyUnusable with what to do */
export function loadKeyFile(path: string): KeyEncryptionKeys {
  const { keys } = parse(path);
  return new KeyEncryptionKeys(
    keys.map(({ id, key }) => ({ id, key: Buffer.from(key, 'base64') })),
  );
}

/** Writing by the group, or anything by others; a group may read, as container platforms mount secrets so. */
const TOO_OPEN = 0o027;

/** On POSIX alone; elsewhere the mode says nothing of who may read. */
function refuseOpenRights(path: string): void {
  const rights = statSync(path).mode & 0o777;
  if (process.platform === 'win32' || (rights & TOO_OPEN) === 0) return;
  throw new VaultKeyUnusable(
    `The key file ${path} is open to others than its owner (mode ${rights.toString(8)}), and whoever ` +
      'has it can read the vault. Close it: chmod 600.',
  );
}

function parse(path: string): KeyFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const reason = reasonOf(error);
    throw new VaultKeyUnusable(
      reason === 'ENOENT'
        ? `There is no key file at ${path}. Restore it from its backup; for a new vault, make one with "casetrail init".`
        : `The key file ${path} cannot be read (${reason}). Let the server's user read it.`,
    );
  }
  refuseOpenRights(path);
  // The parser's own message would quote the text, hence the key: it is not passed on.
  const parsed = keyFileSchema.safeParse(jsonOrUndefined(text));
  if (parsed.success) return parsed.data;
  throw new VaultKeyUnusable(
    `${path} is not a key file of this version, or is damaged. Restore it from its backup.`,
  );
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * A link is there whole or not at all, and takes nobody's place: a crash within a write to the path
 * itself would leave a file that opens nothing, and that no later try would overwrite.
 */
function writeWhole(path: string, id: string, file: KeyFile): void {
  const beside = `${path}.${id}`;
  write(beside, file);
  try {
    linkSync(beside, path);
  } finally {
    rmSync(beside);
  }
  sync(dirname(path));
}

function write(path: string, file: KeyFile): void {
  const handle = openSync(path, 'wx', 0o600);
  try {
    writeSync(handle, `${JSON.stringify(file, undefined, 2)}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  sync(dirname(path));
}
