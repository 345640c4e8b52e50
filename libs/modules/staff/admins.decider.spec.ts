import { specify } from '#kernel/testing/given-when-then';
import { adminsDecider } from './admins.decider.ts';
import { type AdminsEvent, adminsEvents } from './admins.events.ts';
import { adminsStream } from './admins.state.ts';
import { staffIdOf } from './staff.state.ts';

const given = specify(adminsDecider, adminsEvents);
const ada = staffIdOf('demo', 'ada');
const bob = staffIdOf('demo', 'bob');

const appoint = (staffId: string, staffRevision = 0) =>
  ({ type: 'AppointAdmin', staffId, staffRevision }) as const;
const relieve = (staffId: string, staffRevision = 0) =>
  ({ type: 'RelieveAdmin', staffId, staffRevision }) as const;
const appointed = (staffId: string, staffRevision = 0): AdminsEvent => ({
  type: 'AdminAppointed',
  data: { staffId, staffRevision },
});
const relieved = (staffId: string, staffRevision = 0): AdminsEvent => ({
  type: 'AdminRelieved',
  data: { staffId, staffRevision },
});

describe('appointing', () => {
  it('counts an admin once', () => {
    given()
      .when(appoint(ada))
      .then([appointed(ada)]);
    given([appointed(ada)])
      .when(appoint(ada, 5))
      .thenNothing();
  });

  it('does not count who was relieved, until their own stream has more to say', () => {
    const past = [appointed(ada), appointed(bob), relieved(ada, 3)];
    given(past).when(appoint(ada, 3)).thenNothing();
    given(past).when(appoint(ada, 2)).thenNothing();
    given(past)
      .when(appoint(ada, 4))
      .then([appointed(ada, 4)]);
  });
});

describe('relieving', () => {
  it('takes one of several out', () => {
    const outcome = given([appointed(ada), appointed(bob)]).when(relieve(ada, 2));
    outcome.then([relieved(ada, 2)]);
    expect(outcome.state().counted).toEqual([bob]);
  });

  it('leaves the last one there, also where they are not counted yet', () => {
    given([appointed(ada)])
      .when(relieve(ada))
      .thenViolation('staff-last-admin');
    given().when(relieve(ada)).thenViolation('staff-last-admin');
    given([appointed(ada), appointed(bob), relieved(ada)])
      .when(relieve(bob))
      .thenViolation('staff-last-admin');
  });

  it('is recorded of who is not counted yet, so that a late appointment does not count them', () => {
    given([appointed(bob)])
      .when(relieve(ada, 0))
      .then([relieved(ada, 0)]);
    given([appointed(bob)])
      .when(relieve(ada, 0))
      .when(appoint(ada, 0))
      .thenNothing();
  });

  it('is recorded once for one revision, and anew for a later one', () => {
    const past = [appointed(ada), appointed(bob), relieved(ada, 2)];
    given(past).when(relieve(ada, 2)).thenNothing();
    given(past)
      .when(relieve(ada, 3))
      .then([relieved(ada, 3)]);
  });
});

it('has one stream a platform', () => {
  expect(adminsStream('demo')).toBe('admins-demo');
});
