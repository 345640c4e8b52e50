import { addressOf, parseConnectionString } from './connection-string.ts';

describe('a connection string', () => {
  it('names one server, TLS by default', () => {
    const settings = parseConnectionString('esdb://store.example.org');
    expect(settings).toMatchObject({ discover: false, tls: true, credentials: undefined });
    expect(settings.endpoints).toEqual([{ address: 'store.example.org', port: 2113 }]);
  });

  it('names a cluster by its members, or by one name to ask', () => {
    const members = parseConnectionString('esdb://a:2111,b:2112,c/?tls=false');
    expect(addressOf(members)).toBe('a:2111, b:2112, c:2113');
    expect(members.tls).toBe(false);
    expect(parseConnectionString('esdb+discover://cluster:2113').discover).toBe(true);
  });

  it('names hosts by their IP addresses only without TLS', () => {
    expect(parseConnectionString('esdb://10.0.0.7?tls=false').endpoints[0]?.address).toBe(
      '10.0.0.7',
    );
    expect(() => parseConnectionString('esdb://a,10.0.0.7')).toThrow('not an IP address');
  });

  it('carries credentials, escaped, and what keeps the connection alive', () => {
    const settings = parseConnectionString(
      'esdb://case%40trail:p%3Aw@host:1?keepAliveInterval=20000&keepAliveTimeout=700&connectionName=w-1',
    );
    expect(settings.credentials).toEqual({ username: 'case@trail', password: 'p:w' });
    expect(settings).toMatchObject({
      keepAliveInterval: 20_000,
      keepAliveTimeout: 700,
      connectionName: 'w-1',
    });
  });

  it.each([
    'http://user:SECRET@host',
    'esdb://user:SECRET@',
    'esdb://user:SECRET@host:99999',
    'esdb://user:SECRET@ho st',
    'esdb://user:SECRET%zz@host',
    'esdb://user:SECRET@host?tls=SECRET',
    'esdb://user:SECRET@host?password=SECRET',
    'esdb://user:SECRET@host?keepAliveInterval=-1',
    'esdb://user:SECRET@host?tlsCAFile=/missing/authority.pem',
    'esdb://user:SECRET@host?userKeyFile=/etc/hosts',
    'esdb+discover://user:SECRET@a,b',
    'esdb://user:SECRET@10.0.0.7',
  ])('that is none is refused without being repeated: %s', (text) => {
    const refused = () => parseConnectionString(text);
    expect(refused).toThrow(RangeError);
    expect(refused).not.toThrow('SECRET');
  });
});
