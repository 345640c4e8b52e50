import { PRINCIPAL_ID } from '#infra/auth/caller';
import { systemClock } from '#kernel/clock';
import { PLATFORM_ID } from '#kernel/ids';
import { PLATFORM_VIOLATIONS } from '#modules/platforms/index';
import { type Arguments, type Command, EXIT, PLACE_OPTIONS, UsageError } from './command.ts';
import { type Founded, type Founding, foundPlatform } from './found-platform.ts';
import { configOf, withStores } from './places.ts';

export const platformAddCommand: Command = {
  name: 'platform add',
  usage: '<id> --admin <subject> [--name <words>]',
  summary:
    'Registers a platform and enrols its first admin. Done again, it changes nothing; no server may run meanwhile.',
  options: {
    admin: {
      value: 'subject',
      help: 'the `sub` of the tokens that the admin signs in with: an opaque id, no address',
    },
    name: { value: 'words', help: 'what people call the platform; its id, where it is left out' },
    ...PLACE_OPTIONS,
  },
  positionals: { min: 1, max: 1 },
  run: async (args, surroundings) => {
    const founding = foundingOf(args);
    const founded = await withStores(configOf(args, surroundings), ({ eventStore }) =>
      foundPlatform(eventStore, systemClock, founding),
    );
    surroundings.out(worded(founding, founded));
    return EXIT.done;
  },
};

/** @throws UsageError */
function foundingOf(args: Arguments): Founding {
  const [platform = ''] = args.positionals;
  if (!PLATFORM_ID.test(platform)) throw new UsageError(PLATFORM_VIOLATIONS['platform-id'].en);
  const [admin, name] = [args.value('admin'), args.value('name')];
  if (admin === undefined) {
    throw new UsageError(
      'A platform without an admin can be configured by nobody: give the subject of the first one’s tokens by --admin <subject>.',
    );
  }
  if (!PRINCIPAL_ID.test(admin)) {
    throw new UsageError(
      '--admin: it is kept for ever, so it is no address and no name, but the opaque id in the `sub` of the ' +
        'admin’s tokens: at most 128 letters, digits and . _ : | ~ -, the first a letter or digit.',
    );
  }
  return { platform, admin, ...(name !== undefined && { name }) };
}

function worded({ platform, admin }: Founding, { name, registered, enrolled }: Founded): string {
  return [
    `Platform: ${platform}, ${JSON.stringify(name)}${registered ? '' : ' (it was registered already)'}.`,
    `Admin:    ${admin}${enrolled ? '' : ' (they were enrolled already)'}.`,
    `Who brings a token of the subject ${admin}, the platform ${platform} and the kind person may configure it:`,
    'enrol the staff (POST /v1/staff), publish policies (POST /v1/policies/{key}/versions).',
    '',
  ].join('\n');
}
