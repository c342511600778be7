import { currentGrant, type Delivery } from '../../core/delivery/delivery.ts';

export const LATENCY_STAGES = ['decided', 'journaled', 'pushed', 'received', 'claimed', 'submitted', 'filled'] as const;

export interface LatencyStage {
  readonly stage: (typeof LATENCY_STAGES)[number];
  /** House time, microseconds. */
  readonly atUs?: number;
  /** Since the stage before. */
  readonly ms?: number;
}

/**
 * How long a signal took from the decision to the fill. The house measures up to `pushed` and when it granted; an
 * executor measures durations on its own clock, which is never compared with ours. How long the way to the executor
 * took is what is left between the two, so `received` is an estimate.
 */
export function latencyOf({ facts }: Pick<Delivery, 'facts'>): readonly LatencyStage[] {
  const grant = currentGrant(facts) ?? facts.grants.at(-1);
  if (grant === undefined) return [];
  const { decidedUs, journaledUs, pushedUs } = grant.latency;
  const told = durationsOf(facts, grant.fence);
  const claimedUs = grant.grantedMs * 1_000;
  const [waited, asked] = [told.received_to_claim_ms, told.claim_ms ?? 0];
  const underwayMs =
    pushedUs === undefined || waited === undefined
      ? undefined
      : Math.max(0, (claimedUs - pushedUs) / 1_000 - waited - asked);
  const stages: readonly (LatencyStage | undefined)[] = [
    stage('decided', decidedUs, undefined),
    stage('journaled', journaledUs, between(decidedUs, journaledUs)),
    stage('pushed', pushedUs, between(journaledUs, pushedUs)),
    stage('received', undefined, underwayMs),
    stage('claimed', claimedUs, waited === undefined ? between(pushedUs, claimedUs) : waited + asked),
    stage('submitted', undefined, told.claim_to_submit_ms),
    stage('filled', undefined, told.submit_to_fill_ms),
  ];
  return stages.filter((each) => each !== undefined);
}

/** By name; where a duration was told more than once, the shortest: a repetition measures from the same beginning. */
function durationsOf(facts: Delivery['facts'], fence: number): Readonly<Record<string, number | undefined>> {
  const durations: Record<string, number> = {};
  for (const { report } of facts.reports) {
    if (report.fence !== fence) continue;
    for (const [name, ms] of Object.entries(report.latency ?? {})) {
      durations[name] = Math.min(ms, durations[name] ?? Number.POSITIVE_INFINITY);
    }
  }
  return durations;
}

function stage(
  name: LatencyStage['stage'],
  atUs: number | undefined,
  ms: number | undefined,
): LatencyStage | undefined {
  if (atUs === undefined && ms === undefined) return undefined;
  return { stage: name, ...(atUs !== undefined && { atUs }), ...(ms !== undefined && { ms }) };
}

const between = (fromUs: number | undefined, toUs: number | undefined): number | undefined =>
  fromUs === undefined || toUs === undefined ? undefined : Math.max(0, (toUs - fromUs) / 1_000);
