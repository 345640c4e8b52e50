/** The files of certificates that an address names. */
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { parseConnectionString } from './connection-string.ts';
import { UnfitFile } from './tls-files.ts';

const [AUTHORITY = '', ANOTHER = ''] = rootCertificates;
/** Made for these specs, and trusted by nobody. */
const USER_CERT = `-----BEGIN CERTIFICATE-----
MIIBSDCB+6ADAgECAhRu9q7PjDqTsaGs5xM9EOCN13DecTAFBgMrZXAwGTEXMBUG
A1UEAwwOY2FzZXRyYWlsLXNwZWMwIBcNMjYxMTI5MDQ1MzQ0WhgPMjEyNjExMDUw
NDUzNDRaMBkxFzAVBgNVBAMMDmNhc2V0cmFpbC1zcGVjMCowBQYDK2VwAyEAGEzw
XyyF5oYdvJZU8BA7arjedBUm5slEcdqZbegMFg6jUzBRMB0GA1UdDgQWBBTPO7C7
2Ej0WzD9xnF3ZrtwlxPUzjAfBgNVHSMEGDAWgBTPO7C72Ej0WzD9xnF3ZrtwlxPU
zjAPBgNVHRMBAf8EBTADAQH/MAUGAytlcANBALoJkvdVkEYQ0Pd9R84/yc44N+PK
DNP0U63ALkiJRVwNWFp3tceWHniY6ULP2316YL5lW+OqngTWHfJdwdSD+wg=
-----END CERTIFICATE-----
`;
const USER_KEY = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEICbbaRKYXKVbXepEdk8dHEeD/MMQqd2pb4CXyfGKicEk
-----END PRIVATE KEY-----
`;

function aKey(passphrase?: string): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  const plain = { type: 'pkcs8', format: 'pem' } as const;
  const locked = passphrase !== undefined && { cipher: 'aes-256-cbc', passphrase };
  return privateKey.export({ ...plain, ...locked }).toString();
}

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'casetrail-tls-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const pathOf = (name: string) => join(folder, name);

type Files = Readonly<Record<string, string | Buffer | undefined>>;

/** The settings of an address with these files. */
function settingsWith(files: Files) {
  const options = Object.entries(files).map(([option, content]) => {
    if (content !== undefined) writeFileSync(pathOf(option), content);
    return `${option}=${encodeURIComponent(pathOf(option))}`;
  });
  return parseConnectionString(`esdb://user:SECRET@host?${options.join('&')}`);
}

function refusalOf(parse: () => unknown): UnfitFile {
  try {
    parse();
  } catch (error) {
    expect(error).toBeInstanceOf(UnfitFile);
    return error as UnfitFile;
  }
  throw new Error('It was taken.');
}

describe('the authority’s file', () => {
  it('is taken with one certificate or several, and with words around them', () => {
    for (const content of [AUTHORITY, `The office's:\n${AUTHORITY}\nand\r\n${ANOTHER}\n`]) {
      expect(settingsWith({ tlsCAFile: content }).tlsCa?.toString()).toBe(content);
    }
  });

  it.each([
    ['nothing', '', 'which holds no certificate in PEM'],
    ['other words', 'no certificate\n', 'which holds no certificate in PEM'],
    ['a key', USER_KEY, 'which holds no certificate in PEM'],
    [
      'a certificate in binary',
      Buffer.from(AUTHORITY.replaceAll(/-----.*-----|\s/g, ''), 'base64'),
      'which holds no certificate in PEM',
    ],
    ['a certificate that is cut off', AUTHORITY.slice(0, 400), 'which holds a damaged certificate'],
    [
      'a damaged one behind a good one',
      ANOTHER + AUTHORITY.replace('MII', 'XII'),
      'which holds a damaged certificate',
    ],
    [
      'a good one behind one that is cut off',
      AUTHORITY.slice(0, 400) + ANOTHER,
      'which holds a damaged certificate',
    ],
  ])('is refused by its path where it holds %s', (_, content, what) => {
    const { message, remedy } = refusalOf(() => settingsWith({ tlsCAFile: content }));
    expect(message).toBe(`tlsCAFile names ${pathOf('tlsCAFile')}, ${what}.`);
    expect(remedy).toMatch(/^Give the PEM file of the authority that signed the server’s/);
  });

  it('is refused by its path where it cannot be read, with why', () => {
    const missing = refusalOf(() => settingsWith({ tlsCAFile: undefined }));
    expect(missing.message).toBe(`tlsCAFile names ${pathOf('tlsCAFile')}, which is not there.`);
    const aFolder = refusalOf(() => parseConnectionString(`esdb://host?tlsCAFile=${folder}`));
    expect(aFolder.message).toBe(`tlsCAFile names ${folder}, which is a folder.`);
    const relative = refusalOf(() => parseConnectionString('esdb://host?tlsCAFile=no-such.pem'));
    expect(relative.message).toContain(`names ${join(process.cwd(), 'no-such.pem')}, which`);
  });

  it('is refused at once where it is a pipe, or where the option names nothing', () => {
    execFileSync('mkfifo', [pathOf('pipe')]);
    const pipe = refusalOf(() => parseConnectionString(`esdb://host?tlsCAFile=${pathOf('pipe')}`));
    expect(pipe.message).toBe(`tlsCAFile names ${pathOf('pipe')}, which is no regular file.`);
    const empty = refusalOf(() => parseConnectionString('esdb://host?tlsCAFile='));
    expect(empty.message).toBe('tlsCAFile is empty.');
  });

  it('is refused where the user has no right to it', () => {
    writeFileSync(pathOf('closed.pem'), AUTHORITY);
    chmodSync(pathOf('closed.pem'), 0);
    const parse = () => parseConnectionString(`esdb://host?tlsCAFile=${pathOf('closed.pem')}`);
    // Root may read everything.
    if (process.getuid?.() === 0) expect(parse).not.toThrow();
    else expect(refusalOf(parse).message).toContain('which this user may not read');
  });
});

describe('the user’s files', () => {
  it('are taken where they belong together', () => {
    const settings = settingsWith({ userCertFile: USER_CERT, userKeyFile: USER_KEY });
    expect(settings.userCert?.toString()).toBe(USER_CERT);
    expect(settings.userKey?.toString()).toBe(USER_KEY);
  });

  it.each<[string, Files, 'userCertFile' | 'userKeyFile', string]>([
    [
      'a key for a certificate',
      { userCertFile: USER_KEY, userKeyFile: USER_KEY },
      'userCertFile',
      'which holds no certificate in PEM',
    ],
    [
      'a certificate for a key',
      { userCertFile: USER_CERT, userKeyFile: USER_CERT },
      'userKeyFile',
      'which holds no private key in PEM that opens without a password',
    ],
    [
      'a key with a password',
      { userCertFile: USER_CERT, userKeyFile: aKey('SECRET') },
      'userKeyFile',
      'which holds no private key in PEM that opens without a password',
    ],
    [
      'the key of another certificate',
      { userCertFile: USER_CERT, userKeyFile: aKey() },
      'userKeyFile',
      'which is not the key of the certificate in userCertFile',
    ],
    [
      'a key that is not there',
      { userCertFile: USER_CERT, userKeyFile: undefined },
      'userKeyFile',
      'which is not there',
    ],
  ])('are refused by the path of the one at fault: %s', (_, files, option, what) => {
    const { message, remedy } = refusalOf(() => settingsWith(files));
    expect(message).toBe(`${option} names ${pathOf(option)}, ${what}.`);
    expect(remedy).toMatch(/^Give the PEM file of /);
    expect(message + remedy).not.toContain('SECRET');
  });

  it('are not repeated where they are given themselves instead of their paths', () => {
    const bare = USER_KEY.replaceAll(/-----.*-----|\s/g, '');
    for (const given of [USER_KEY, bare]) {
      const address = `esdb://host?userCertFile=${encodeURIComponent(given)}&userKeyFile=/x`;
      const { message } = refusalOf(() => parseConnectionString(address));
      expect(message).toBe('userCertFile names no file, but seems to hold what is to be in one.');
    }
  });
});
