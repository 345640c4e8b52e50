/**
 * The files of certificates and keys that an address names, read and looked through before anybody
 * connects: TLS itself passes over an authority that is none, and then says only that the server is
 * not trusted. Messages name the file's path, never what is in it, nor a path that looks like it.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

export type FileOption = 'tlsCAFile' | 'userCertFile' | 'userKeyFile';

/** A file that an option of the address names is not what it should be. */
export class UnfitFile extends RangeError {
  /** What to do. */
  readonly remedy: string;

  constructor(option: FileOption, what: string, remedy: string) {
    super(`${option} ${what}.`);
    this.remedy = remedy;
  }
}

export interface TlsFiles {
  readonly tlsCa: Buffer | undefined;
  readonly userCert: Buffer | undefined;
  readonly userKey: Buffer | undefined;
}

/** What each file is to hold. */
const WANTED: Readonly<Record<FileOption, string>> = {
  tlsCAFile: 'the PEM file of the authority that signed the server’s certificate',
  userCertFile: 'the PEM file of the user’s certificate',
  userKeyFile: 'the PEM file of the private key of that certificate, without a password',
};

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'which is not there',
  EACCES: 'which this user may not read',
  EPERM: 'which this user may not read',
  EISDIR: 'which is a folder',
};
const NO_FILE = 'which is no regular file';

/** @throws UnfitFile; RangeError where one of the user's two is missing */
export function readTlsFiles(pathOf: (option: FileOption) => string | undefined): TlsFiles {
  const paths = { cert: pathOf('userCertFile'), key: pathOf('userKeyFile') };
  if ((paths.cert === undefined) !== (paths.key === undefined)) {
    throw new RangeError('userCertFile and userKeyFile go together.');
  }
  const ca = pathOf('tlsCAFile');
  const tlsCa = ca === undefined ? undefined : certificatesIn('tlsCAFile', ca).pem;
  if (paths.cert === undefined || paths.key === undefined) {
    return { tlsCa, userCert: undefined, userKey: undefined };
  }
  const { pem: userCert, first } = certificatesIn('userCertFile', paths.cert);
  const { pem: userKey, key } = privateKeyIn('userKeyFile', paths.key);
  if (!first.checkPrivateKey(key)) {
    throw unfit(
      'userKeyFile',
      paths.key,
      'which is not the key of the certificate in userCertFile',
    );
  }
  return { tlsCa, userCert, userKey };
}

/** Each with what is around it, up to the next one. */
const CERTIFICATE = /-----BEGIN (?:[A-Z0-9]+ )?CERTIFICATE-----.*?(?=-----BEGIN|$)/gs;

/** @throws UnfitFile where it holds none, or a damaged one, behind which TLS would look no further */
function certificatesIn(
  option: FileOption,
  path: string,
): { readonly pem: Buffer; readonly first: X509Certificate } {
  const pem = contentOf(option, path);
  const blocks = pem.toString('latin1').match(CERTIFICATE) ?? [];
  const certificates = blocks.map((block) => {
    try {
      return new X509Certificate(block);
    } catch {
      throw unfit(option, path, 'which holds a damaged certificate');
    }
  });
  const [first] = certificates;
  if (!first) throw unfit(option, path, 'which holds no certificate in PEM');
  return { pem, first };
}

/** @throws UnfitFile */
function privateKeyIn(
  option: FileOption,
  path: string,
): { readonly pem: Buffer; readonly key: KeyObject } {
  const pem = contentOf(option, path);
  try {
    return { pem, key: createPrivateKey(pem) };
  } catch {
    throw unfit(option, path, 'which holds no private key in PEM that opens without a password');
  }
}

/** @throws UnfitFile */
function contentOf(option: FileOption, path: string): Buffer {
  if (path === '') throw new UnfitFile(option, 'is empty', `Give ${WANTED[option]}.`);
  // Who reads a pipe waits for somebody who writes into it.
  const kind = statSync(path, { throwIfNoEntry: false });
  if (kind && !kind.isFile() && !kind.isDirectory()) throw unfit(option, path, NO_FILE);
  try {
    return readFileSync(path);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw unfit(option, path, UNREADABLE[code] ?? 'which cannot be read');
  }
}

/** Of a certificate or a key: where somebody gives that instead of its path, it is not repeated. */
const CONTENT = /-----|^\s*M[A-Za-z0-9+/=\s]{40}/;

function unfit(option: FileOption, path: string, what: string): UnfitFile {
  const remedy = `Give ${WANTED[option]}.`;
  return CONTENT.test(path)
    ? new UnfitFile(option, 'names no file, but seems to hold what is to be in one', remedy)
    : new UnfitFile(option, `names ${resolve(path)}, ${what}`, remedy);
}
