/** The README's own commands against a server started from the sources; .ci/run does it with the build. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Demonstration, startDemonstration } from '../../tools/readme/demonstration.ts';
import { stepsOf, walk } from '../../tools/readme/walk.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

const started = (): Promise<Demonstration> =>
  startDemonstration(
    [
      process.execPath,
      '--conditions=source',
      '--disable-warning=ExperimentalWarning',
      '--import',
      './apps/server/src/from-sources.testkit.ts',
      'apps/server/src/main.ts',
      '--demo',
    ],
    ROOT,
  );

describe('the demonstration', () => {
  let demonstration: Demonstration;
  beforeAll(async () => {
    demonstration = await started();
  });
  afterAll(() => demonstration.end());

  it('serves the description that is checked in, as a page and as JSON', async () => {
    const file = new URL('../../docs/reference/openapi.json', import.meta.url);
    const served = await fetch(`${demonstration.url}/docs-json`);
    expect(await served.json()).toEqual(JSON.parse(readFileSync(file, 'utf8')));
    const page = await fetch(`${demonstration.url}/docs`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('swagger-ui')]);
  });

  it('names everybody of the demonstration, with the role that they have', async () => {
    const items = (await demonstration.items('/v1/staff?limit=100', 'ada')) as {
      principalId: string;
      roles: string[];
    }[];
    expect(items.length).toBeGreaterThan(1);
    for (const { principalId, roles } of items) {
      const row = README.split('\n').find((line) => line.includes(`\`${principalId}\``))!;
      for (const role of roles)
        expect([principalId, row]).toEqual([principalId, expect.stringContaining(role)]);
    }
  });

  it('goes through the walk as the README says', async () => {
    const { steps, wrong } = await walk(README, demonstration.url);
    expect(wrong).toEqual([]);
    expect(steps).toBe(stepsOf(README).length);
  });
});

it('a walk that comes out otherwise than the README says is found out', async () => {
  const demonstration = await started();
  try {
    const otherwise = README.replace('\napproved\n', '\nrejected\n');
    const { wrong } = await walk(otherwise, demonstration.url);
    expect(wrong).toEqual([
      { said: expect.arrayContaining(['rejected']), came: expect.arrayContaining(['approved']) },
    ]);
  } finally {
    await demonstration.end();
  }
});
