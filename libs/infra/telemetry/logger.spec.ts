import { Logger } from '@nestjs/common';
import { RevisionConflict } from '#infra/event-store/event-store.errors';
import { JsonLogger, type LogLevel } from './logger.ts';

function setUp(level: LogLevel = 'info') {
  const lines: string[] = [];
  const logger = new JsonLogger({ level, destination: { write: (line) => void lines.push(line) } });
  const read = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { logger, lines, read };
}

const CANARY = '110101199003074514';

describe('the log', () => {
  it('is one JSON object a line, with level, time and message', () => {
    const { logger, read } = setUp();
    logger.facts('started', { port: 3000 });
    expect(read()).toEqual([
      { level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/), message: 'started', port: 3000 },
    ]);
  });

  it('leaves out what is less severe than its level', () => {
    const { logger, lines } = setUp('warn');
    logger.facts('started', {});
    logger.log('started', 'Nest');
    expect(lines).toHaveLength(0);
    logger.warn('odd', 'Nest');
    expect(lines).toHaveLength(1);
  });

  it('removes members that carry secrets or content, wherever they stand', () => {
    const { logger, lines } = setUp();
    logger.facts('odd', {
      authorization: CANARY,
      body: { name: CANARY },
      request: { url: CANARY, token: CANARY, route: '/v1/things' },
    });
    expect(lines.join('')).not.toContain(CANARY);
    expect(lines.join('')).toContain('/v1/things');
  });

  it('keeps of an error its name, code and frames, and of its causes too; not the messages', () => {
    const { logger, lines, read } = setUp();
    const cause = Object.assign(new TypeError(`bad ${CANARY}\nat ${CANARY}`), { code: 'E1' });
    logger.failure('It failed.', new Error(`worse ${CANARY}`, { cause }), { traceId: 't' });
    expect(lines.join('')).not.toContain(CANARY);
    expect(read()[0]).toMatchObject({
      level: 'error',
      message: 'It failed.',
      traceId: 't',
      error: { name: 'Error', cause: { name: 'TypeError', code: 'E1' } },
    });
  });

  it('keeps the message of errors that promise to name no personal data', () => {
    const { logger, read } = setUp();
    logger.failure('It failed.', new RevisionConflict('case-1', 2, 3));
    expect(read()[0]).toMatchObject({
      error: { code: 'revision-conflict', message: 'Stream case-1 is at 3, not at 2.' },
    });
  });

  it('takes what Nest says, and cuts its errors the same way', () => {
    const { logger, lines, read } = setUp();
    Logger.overrideLogger(logger);
    new Logger('Router').log('mapped');
    new Logger('Router').error(new Error(CANARY));
    new Logger('Router').error('failed', `Error: ${CANARY}\n    at x`);
    Logger.overrideLogger(false);
    expect(read()[0]).toMatchObject({ message: 'mapped', context: 'Router' });
    expect(read()[1]).toMatchObject({ context: 'Router', error: { name: 'Error' } });
    expect(lines.join('')).not.toContain(CANARY);
  });

  it('keeps what Nest says of each module and route for who asks for details', () => {
    const { logger, lines } = setUp();
    for (const context of ['InstanceLoader', 'RoutesResolver', 'RouterExplorer']) {
      logger.log('wired', context);
    }
    logger.log('started', 'NestApplication');
    expect(lines.map((line) => line.includes('started'))).toEqual([true]);
    const detailed = setUp('debug');
    detailed.logger.log('wired', 'RouterExplorer');
    expect(detailed.read()).toMatchObject([{ level: 'debug', message: 'wired' }]);
  });

  it('says of what is no error only what it is', () => {
    const { logger, lines } = setUp();
    logger.failure('It failed.', CANARY);
    expect(lines.join('')).not.toContain(CANARY);
    expect(lines.join('')).toContain('thrown string');
  });
});
