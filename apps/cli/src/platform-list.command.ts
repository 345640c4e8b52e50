import { type Command, EXIT, PLACE_OPTIONS, table } from './command.ts';
import { type PlatformStanding, platformsIn } from './found-platform.ts';
import { configOf, withStores } from './places.ts';

export const platformListCommand: Command = {
  name: 'platform list',
  usage: '[--json]',
  summary: 'Lists the platforms that are registered, and their active admins.',
  options: { json: { help: 'in JSON' }, ...PLACE_OPTIONS },
  positionals: { min: 0, max: 0 },
  run: async (args, surroundings) => {
    const platforms = await withStores(configOf(args, surroundings), ({ eventStore }) =>
      platformsIn(eventStore),
    );
    surroundings.out(
      args.has('json') ? `${JSON.stringify(platforms, undefined, 2)}\n` : worded(platforms),
    );
    return EXIT.done;
  },
};

function worded(platforms: readonly PlatformStanding[]): string {
  if (platforms.length === 0) {
    return 'No platform is registered. To register one: casetrail platform add <id> --admin <subject>.\n';
  }
  const rows = platforms.map(({ platform, name, admins }) => [
    platform,
    `${JSON.stringify(name)}, ${admins.length === 0 ? 'without an admin' : `admin: ${admins.join(', ')}`}`,
  ]);
  return [...table(rows), ''].join('\n');
}
