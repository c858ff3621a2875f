import type { Activity, FollowedFlight, Participant } from './participant.js';
import { leaderOf } from './wire.js';

/**
 * Ends a flight that another participant leads. The message is sent again and again until the leader has answered.
 *
 * @param call - the number of the call that followed the flight, if one did
 */
export function abortElsewhere(
  participant: Participant,
  flight: string,
  reason: unknown,
  call = ++participant.calls,
): void {
  const { aborted, clock, followed, memory } = participant;
  const leader = leaderOf(flight);
  const packed = participant.packThrown(reason);
  const stop = (): void => {
    stopTimer();
    followed.delete(call);
    aborted.delete(flight);
    participant.send(leader, 'leave', flight, call);
    participant.removeActivity(connection);
  };
  const stopTimer = clock.after(memory, stop, true);
  const connection: FollowedFlight & Activity = {
    flight,
    withdraw: stop,
    beat() {
      participant.send(leader, 'abort', flight, call, packed);
    },
    gone: stop,
    news(_base, _latest, _values, end) {
      if (end !== undefined) {
        stop();
      }
    },
  };
  followed.set(call, connection);
  aborted.add(flight);
  participant.addActivity(connection);
  connection.beat();
}
