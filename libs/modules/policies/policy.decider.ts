import { type Decider } from '#kernel/decider';
import {
  publishPolicy,
  putInForce,
  type PublishPolicy,
  type PutInForce,
  retirePolicy,
  type RetirePolicy,
} from './policy.decide.ts';
import { type PolicyEvent } from './policy.events.ts';
import { evolvePolicy, initialPolicy, type PolicyState } from './policy.state.ts';

export type PolicyCommand = PublishPolicy | PutInForce | RetirePolicy;

export const policyDecider: Decider<PolicyCommand, PolicyState, PolicyEvent> = {
  initial: initialPolicy,
  evolve: evolvePolicy,
  decide(command, state, moment) {
    switch (command.type) {
      case 'PublishPolicy':
        return publishPolicy(command, state, moment);
      case 'PutInForce':
        return putInForce(command, state, moment);
      case 'RetirePolicy':
        return retirePolicy(command, state, moment);
    }
  },
};
