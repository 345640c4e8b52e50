import { loadConfig, SettingsError } from './config.ts';
import { trustedIssuerOf } from './trusted-issuer.ts';

const configWith = (jwks: string) =>
  loadConfig({
    argv: [],
    env: { CASETRAIL_JWT_ISSUER: 'https://id.example.org', CASETRAIL_JWT_JWKS: jwks },
  });
const PUBLIC = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' };

describe('the token issuer of the settings', () => {
  it('is none where none is set', () => {
    expect(trustedIssuerOf(loadConfig({ argv: ['--demo'], env: {} }))).toBeUndefined();
  });

  it('has its keys fetched from a URL', () => {
    expect(trustedIssuerOf(configWith('https://id.example.org/jwks'))).toEqual({
      issuer: 'https://id.example.org',
      audience: 'casetrail',
      algorithms: ['ES256', 'RS256'],
      keys: { url: 'https://id.example.org/jwks' },
      platformClaim: 'platform',
      kindClaim: 'kind',
    });
  });

  it.each(['/etc/keys.json', 'file:///etc/keys.json'])('has its keys read from %s', (source) => {
    const read = (path: string) => {
      expect(path).toBe('/etc/keys.json');
      return JSON.stringify({ keys: [PUBLIC] });
    };
    expect(trustedIssuerOf(configWith(source), read)?.keys).toEqual({ jwks: { keys: [PUBLIC] } });
  });

  it.each(['no JSON', '{}', '{"keys":[]}', '{"keys":[{}]}'])(
    'is refused when the file of its keys holds %s',
    (text) => {
      expect(() => trustedIssuerOf(configWith('/etc/keys.json'), () => text)).toThrow(
        SettingsError,
      );
    },
  );

  it('is refused when the file holds a private key or a shared secret, which is not repeated', () => {
    for (const secret of [
      { ...PUBLIC, d: 'private-part' },
      { kty: 'oct', k: 'private-part' },
    ]) {
      const load = () =>
        trustedIssuerOf(configWith('/etc/keys.json'), () => JSON.stringify({ keys: [secret] }));
      expect(load).toThrow(/private key/);
      expect(load).not.toThrow(/private-part/);
    }
  });
});
