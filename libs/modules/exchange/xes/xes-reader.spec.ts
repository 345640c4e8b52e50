import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { digestOf } from './xes-bytes.ts';
import { readXes } from './xes-reader.ts';
import { attributeOf, XES_LIMITS, XesError } from './xes.ts';
import { logXml, packed, readAll, steps, traceXml } from './xes.testkit.ts';

const at = '2026-03-02T09:00:00.000Z';
const whole = logXml(
  traceXml('case 1', steps('Submit', ['Check', 'START', 'ada'])),
  traceXml('case 2', steps('Submit')),
);

/** A log whose second trace ends nowhere near the first chunk. */
const long = (count: number) =>
  logXml(
    ...Array.from({ length: count }, (_, n) => traceXml(`case ${n}`, steps('Submit', 'Check'))),
  );

describe('XES: what is read', () => {
  it('gives traces and events in order, with the standard attributes apart from the others', async () => {
    const extra =
      '<int key="amount" value="5"/><list key="parts"><values><string key="p" value="one"/></values></list>';
    const { traces, error } = await readAll(
      logXml(
        traceXml('case 1', [
          {
            activity: 'Check',
            transition: 'START',
            resource: 'ada',
            at: '2026-03-02T09:00:00+08:00',
            extra,
          },
        ]),
      ),
    );
    expect(error).toBeUndefined();
    expect(traces).toEqual([
      {
        index: 0,
        name: 'case 1',
        line: 4,
        attributes: [],
        refused: [],
        events: [
          {
            index: 0,
            activity: 'Check',
            transition: 'START',
            resource: 'ada',
            at: '2026-03-02T01:00:00.000Z',
            attributes: [
              { key: 'amount', type: 'int', value: '5' },
              {
                key: 'parts',
                type: 'list',
                value: '',
                children: [{ key: 'p', type: 'string', value: 'one' }],
              },
            ],
          },
        ],
      },
    ]);
    expect(attributeOf(traces[0]!.events[0]!.attributes, 'amount')?.value).toBe('5');
  });

  it('knows gzip by its first bytes and reads several members as one log', async () => {
    const half = Math.floor(whole.length / 2);
    const members = [gzipSync(whole.slice(0, half)), gzipSync(whole.slice(half))];
    const plain = await readAll(whole);
    expect(plain.traces).toHaveLength(2);
    expect(await readAll(packed(whole))).toEqual(plain);
    expect(await readAll(Buffer.concat(members))).toEqual(plain);
  });

  it('reads the same whichever way the bytes are cut', async () => {
    const text = logXml(traceXml('案件 №1 – 😀', steps('Prüfung & "Sichtung" <1>')));
    for (const bytes of [Buffer.from(text), packed(text)]) {
      const single = Readable.from([...bytes].map((byte) => Buffer.from([byte])));
      const { traces, error } = await readAll(single);
      expect(error).toBeUndefined();
      expect(traces[0]!.name).toBe('案件 №1 – 😀');
      expect(traces[0]!.events[0]!.activity).toBe('Prüfung & "Sichtung" <1>');
    }
  });

  it('follows a byte order mark or the XML declaration to the encoding', async () => {
    const text = logXml(traceXml('Prüfung', steps('A')));
    const utf16 = Buffer.from(`\ufeff${text.replace('UTF-8', 'UTF-16')}`, 'utf16le');
    const latin = Buffer.from(text.replace('UTF-8', 'ISO-8859-1'), 'latin1');
    const marked = Buffer.from(`\ufeff${text}`);
    for (const bytes of [utf16, latin, marked, Buffer.from(utf16).swap16()]) {
      const { traces, error } = await readAll(bytes);
      expect(error).toBeUndefined();
      expect(traces[0]!.name).toBe('Prüfung');
    }
  });

  it('reads a log whose elements carry a prefix, and one without a namespace', async () => {
    const bare = '<log><trace><string key="concept:name" value="a"/></trace></log>';
    const prefixed = `<x:log xmlns:x="http://www.xes-standard.org/"><x:trace><x:string key="concept:name" value="a"/></x:trace></x:log>`;
    expect((await readAll(bare)).traces.map(({ name }) => name)).toEqual(['a']);
    expect((await readAll(prefixed)).traces.map(({ name }) => name)).toEqual(['a']);
  });

  it('passes over globals, classifiers and whatever is not of the standard', async () => {
    const globals =
      '<global scope="event"><string key="concept:name" value="UNKNOWN"/></global><float key="m" value="1"><float key="n" value="2"/></float>';
    const foreign = traceXml('a', [
      { activity: 'A', at, extra: '<note><string key="x" value="y"/></note>' },
    ]);
    const { traces } = await readAll(logXml(globals, foreign));
    expect(traces.map(({ name, attributes }) => ({ name, attributes }))).toEqual([
      { name: 'a', attributes: [] },
    ]);
    expect(traces[0]!.events[0]!.attributes).toEqual([]);
  });

  it('reads local times in the zone it is told', async () => {
    const log = logXml(traceXml('a', [{ activity: 'A', at: '2026-07-01T09:00:00.5' }]));
    const { traces } = await readAll(log, { timeZone: 'Europe/Amsterdam' });
    expect(traces[0]!.events[0]!.at).toBe('2026-07-01T07:00:00.500Z');
  });
});

describe('XES: single events that are refused', () => {
  it('names each with its index and reason, and keeps the indexes of the others', async () => {
    const { traces, error } = await readAll(
      logXml(
        traceXml('a', [
          { at },
          { activity: 'A' },
          { activity: 'A', at: 'yesterday' },
          { activity: 'A', at: '2026-02-30T00:00:00Z' },
          { activity: 'A', at: '2026-03-02T09:00:00' },
          { activity: 'A', at, extra: '<string key="concept:name" value="B"/>' },
          { activity: 'B', at },
        ]),
      ),
    );
    expect(error).toBeUndefined();
    expect(traces[0]!.refused).toEqual([
      { index: 0, reason: 'activity-missing', line: 4 },
      { index: 1, reason: 'timestamp-missing', line: 5 },
      { index: 2, reason: 'timestamp-invalid', line: 6 },
      { index: 3, reason: 'timestamp-invalid', line: 7 },
      { index: 4, reason: 'timestamp-without-zone', line: 8 },
      { index: 5, reason: 'attribute-repeated', line: 9 },
    ]);
    expect(traces[0]!.events.map(({ index, activity }) => [index, activity])).toEqual([[6, 'B']]);
  });

  it('says which traces have no name of their own', async () => {
    const { traces } = await readAll(
      logXml(
        traceXml('a', []),
        traceXml(undefined, []),
        traceXml('a', []),
        traceXml(undefined, []),
      ),
    );
    expect(traces.map(({ nameProblem }) => nameProblem)).toEqual([
      undefined,
      'missing',
      'repeated',
      'missing',
    ]);
  });
});

describe('XES: a file that cannot be read on', () => {
  const failure = async (log: string | Uint8Array, options = {}) => {
    const { traces, error } = await readAll(log, options);
    expect(error).toBeInstanceOf(XesError);
    const { code, place, file, message } = error as XesError;
    return { traces: traces.length, code, place, file, message };
  };

  it('keeps the traces before malformed markup and gives its line and column', async () => {
    const broken = whole.replace(
      '<trace><string key="concept:name" value="case 2"/>',
      '<trace></event>',
    );
    expect(await failure(broken)).toMatchObject({
      traces: 1,
      code: 'malformed-xml',
      file: 'small.xes',
      place: { line: 6, column: 15 },
      message: 'small.xes:6:15: Not well-formed XML: unexpected close tag.',
    });
  });

  it('keeps the traces before the place where a file was cut off', async () => {
    const text = long(200);
    const half = text.slice(0, text.length / 2);
    const plain = await failure(half);
    expect(plain).toMatchObject({ code: 'truncated', place: { line: half.split('\n').length } });
    expect(plain.traces).toBeGreaterThan(90);
    const noise = `<string key="noise" value="${randomBytes(60_000).toString('hex')}"/>`;
    const bytes = packed(logXml(traceXml('a', steps('A')), noise, noise, traceXml('b', [])));
    const gzip = await failure(bytes.subarray(0, bytes.length - 30_000));
    expect(gzip).toMatchObject({
      traces: 1,
      code: 'truncated',
      place: { byteOffset: bytes.length - 30_000 },
    });
  });

  it('notices a gzip file without its last bytes although all of the log is there', async () => {
    const bytes = packed(whole);
    expect(await failure(bytes.subarray(0, -4))).toMatchObject({ traces: 2, code: 'truncated' });
  });

  it('notices damage inside a gzip file and garbage behind it', async () => {
    const bytes = packed(long(50));
    bytes[bytes.length - 6]! ^= 0xff;
    expect(await failure(bytes)).toMatchObject({ code: 'damaged-gzip' });
    const garbage = Buffer.concat([packed(whole), Buffer.from('garbage')]);
    expect(await failure(garbage)).toMatchObject({ code: 'damaged-gzip' });
  });

  it('keeps every trace before a damage of the packing, where the file can be read again', async () => {
    const noise = `<string key="noise" value="${randomBytes(60_000).toString('hex')}"/>`;
    const traces = [traceXml('a', steps('A')), noise, traceXml('b', steps('A', 'B'))];
    const bytes = packed(logXml(...traces));
    const folder = await mkdtemp(join(tmpdir(), 'casetrail-xes-'));
    const file = join(folder, 'garbage.xes.gz');
    await writeFile(file, Buffer.concat([bytes, Buffer.from('garbage')]));
    const names: (string | undefined)[] = [];
    const reading = async () => {
      for await (const { name } of readXes(file)) names.push(name);
    };
    await expect(reading()).rejects.toMatchObject({ code: 'damaged-gzip' });
    expect(names).toEqual(['a', 'b']);
    await rm(folder, { recursive: true });
  });

  it('places the first byte that is not of the encoding', async () => {
    const text = long(100);
    const offset = 5_000;
    const bytes = Buffer.from(text);
    bytes[offset] = 0xff;
    const before = text.slice(0, offset).split('</trace>').length - 1;
    expect(await failure(bytes)).toMatchObject({
      traces: before,
      code: 'bad-encoding',
      place: { byteOffset: offset },
    });
    const cut = Buffer.concat([Buffer.from(whole), Buffer.from([0xe6, 0xa1])]);
    expect(await failure(cut)).toMatchObject({
      code: 'bad-encoding',
      place: { byteOffset: Buffer.byteLength(whole) },
    });
    const utf16 = Buffer.from(`\ufeff${text.replace('UTF-8', 'UTF-16')}`, 'utf16le');
    utf16.writeUInt16LE(0xd800, 2 * offset);
    expect(await failure(utf16)).toMatchObject({ traces: before, code: 'bad-encoding' });
  });

  it.each(['UTF-16', 'klingon'])(
    'refuses a declaration of %s that does not hold',
    async (label) => {
      const declared = whole.replace('UTF-8', label);
      expect(await failure(declared)).toMatchObject({ code: 'bad-encoding', traces: 0 });
    },
  );

  it.each([
    ['another root', '<workflow/>', 'not-xes'],
    ['another namespace', '<log xmlns="urn:other"/>', 'not-xes'],
    ['an event outside of a trace', '<log><event/></log>', 'not-xes'],
    ['a trace in a trace', '<log><trace><trace/></trace></log>', 'not-xes'],
    ['an attribute without a key', '<log><trace><string value="x"/></trace></log>', 'not-xes'],
    ['nothing', '', 'malformed-xml'],
    ['no XML', '{"log": []}', 'malformed-xml'],
    [
      'an entity that nobody declared',
      '<log><trace><string key="a" value="&b;"/></trace></log>',
      'malformed-xml',
    ],
  ])('refuses %s', async (_, log, code) => {
    expect(await failure(log)).toMatchObject({ code, traces: 0 });
  });

  it('says so when the file is missing', async () => {
    const path = join(tmpdir(), 'no-such-log.xes');
    const read = async () => {
      for await (const _ of readXes(path));
    };
    await expect(read()).rejects.toMatchObject({ code: 'unreadable', file: path });
    await expect(digestOf(path)).rejects.toMatchObject({ code: 'unreadable', file: path });
  });
});

describe('XES: a file that means harm', () => {
  const code = async (log: string, limits = {}) =>
    ((await readAll(log, { limits })).error as XesError | undefined)?.code;

  it('reads no document type declaration, so that no entity is expanded or fetched', async () => {
    const external = '<!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/passwd">]><log>&x;</log>';
    const laughs = '<!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><log>&b;</log>';
    expect(await code(external)).toBe('doctype-refused');
    expect(await code(laughs)).toBe('doctype-refused');
  });

  it('ends at a value, a comment or a declaration that does not end', async () => {
    const filler = 'x'.repeat(10_000);
    const limits = { attributeChars: 2_000 };
    expect(await code(`<log><trace><string key="a" value="${filler}"/>`, limits)).toBe(
      'limit-exceeded',
    );
    const endless = 'x'.repeat(60_000);
    for (const start of ['<log a="', '<log><!--', '<!DOCTYPE log [', '<log>']) {
      expect(await code(start + endless, limits)).toBe('limit-exceeded');
    }
  });

  it.each([
    ['traces', { traces: 1 }],
    ['events in a trace', { traceEvents: 1 }],
    ['characters in a trace', { traceChars: 100 }],
    ['attributes of an event', { elementAttributes: 2 }],
    ['nested elements', { depth: 3 }],
    ['unpacked bytes', { unpackedBytes: 200 }],
  ])('has a limit on %s', async (_, limits) => {
    expect(await code(whole)).toBeUndefined();
    expect(await code(whole, limits)).toBe('limit-exceeded');
  });

  it('has no limit that the guide to the import does not name', () => {
    const guide = readFileSync('docs/how-to/import-a-log.md', 'utf8');
    const named = [...guide.matchAll(/^\|.*\| ([\d,]+)[^|]*\|$/gm)].map(([, number]) => number);
    const limits = Object.values(XES_LIMITS).map((limit) => limit.toLocaleString('en'));
    expect(named.sort()).toEqual(limits.sort());
  });

  it('says how long a name may be that ends the log', async () => {
    const name = 'x'.repeat(200_000);
    const { error } = await readAll(logXml(traceXml('case 1', steps('Submit', name))));
    expect(error).toMatchObject({ code: 'limit-exceeded' });
    expect((error as XesError).message).toMatch(/longer than \d+ characters/);
  });

  it('takes attribute names of objects for what they are', async () => {
    const extra = '<string key="__proto__" value="x"/><string key="constructor" value="y"/>';
    const { traces } = await readAll(logXml(traceXml('__proto__', [{ activity: 'A', at, extra }])));
    expect(traces[0]!.name).toBe('__proto__');
    expect(traces[0]!.events[0]!.attributes.map(({ key }) => key)).toEqual([
      '__proto__',
      'constructor',
    ]);
  });
});

describe('XES: while it is read', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'casetrail-xes-'))));
  afterAll(() => rm(folder, { recursive: true }));

  it('tells how far it is, and ends with the digest of the file as it lies there', async () => {
    const path = join(folder, 'log.xes.gz');
    const noise = () => `<string key="noise" value="${randomBytes(1_000).toString('hex')}"/>`;
    const bytes = packed(
      logXml(...Array.from({ length: 200 }, (_, n) => traceXml(`case ${n}`, []) + noise())),
    );
    await writeFile(path, bytes);
    const digest = createHash('sha256').update(bytes).digest('hex');
    expect(await digestOf(path)).toBe(digest);
    const reading = readXes(path, { digest });
    const seen: number[] = [];
    for await (const _ of reading) seen.push(reading.bytesRead);
    expect(seen).toHaveLength(200);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen[0]).toBeLessThan(bytes.length);
    expect(reading.bytesRead).toBe(bytes.length);
    expect(reading.bytesTotal).toBe(bytes.length);
    expect(reading.digest).toBe(digest);
  });

  it('notices a file that is not the one that was digested', async () => {
    const { traces, error } = await readAll(whole, { digest: '0'.repeat(64) });
    expect(traces).toHaveLength(2);
    expect(error).toMatchObject({ code: 'changed-while-read' });
  });

  it('stops when it is told to, also while it waits for bytes', async () => {
    const stop = new AbortController();
    const source = new Readable({ read() {} });
    source.push(logXml(traceXml('a', [])).replace('</log>', ''.padEnd(2_000)));
    const taken: string[] = [];
    const reading = (async () => {
      for await (const { name } of readXes(source, { signal: stop.signal })) {
        taken.push(name);
        setImmediate(() => stop.abort(new Error('enough')));
      }
    })();
    await expect(reading).rejects.toThrow('enough');
    expect(taken).toEqual(['a']);
    expect(source.destroyed).toBe(true);
  });

  it('lets go of the source when its reader leaves, and is read once only', async () => {
    const source = Readable.from([Buffer.from(long(500))]);
    const reading = readXes(source);
    for await (const _ of reading) break;
    expect(source.destroyed).toBe(true);
    await expect(reading[Symbol.asyncIterator]().next()).rejects.toThrow(TypeError);
  });
});
