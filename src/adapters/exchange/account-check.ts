import type { VenuePlace } from './ccxt-api.ts';
import { decodeBalance, decodePositions, fieldsOf } from './facts.ts';
import { type Answer, patiently, type VenueApi } from './venue-api.ts';
import { problemOf } from './venue-look.ts';

export interface AccountFinding {
  readonly wallet: number;
  readonly available: number;
  /** Symbols with a position. */
  readonly positions: readonly string[];
  /** What could not be asked, and why that is so. */
  readonly remarks: readonly string[];
}

/**
 * Is this a key that may be used, and an account that this program can trade? Asks, and changes nothing. A key that can withdraw is
 * refused, and so is one that cannot be asked about: what it can do is then not known.
 */
export async function checkAccount(
  api: VenueApi,
  place: VenuePlace,
): Promise<{ readonly ok: true; readonly value: AccountFinding } | { readonly ok: false; readonly problem: string }> {
  const refuse = (problem: string) => ({ ok: false, problem }) as const;
  const remarks: string[] = [];
  if (place.kind === 'testnet') {
    // It has no such question, no wallet and nothing to withdraw.
    remarks.push('what the key may do cannot be asked in demo trading');
  } else {
    const answer = await patiently(api, 'sapiGetAccountApiRestrictions');
    if (answer.kind !== 'ok')
      return refuse(`what the key may do is not known (${problemOf(answer)}), so it is not used`);
    const { enableWithdrawals, enableFutures } = fieldsOf(answer.body);
    if (enableWithdrawals !== false)
      return refuse('the key can withdraw money. Make one that can trade futures and nothing else');
    if (enableFutures !== true)
      return refuse('the key cannot trade futures: allow that, and nothing else, where it was made');
  }
  const [dual, multi, balance, positions] = await Promise.all([
    patiently(api, 'fapiPrivateGetPositionSideDual'),
    patiently(api, 'fapiPrivateGetMultiAssetsMargin'),
    patiently(api, 'fapiPrivateV3GetBalance'),
    patiently(api, 'fapiPrivateV3GetPositionRisk'),
  ]);
  const failed = [dual, multi, balance, positions].find((answer) => answer.kind !== 'ok');
  if (failed !== undefined)
    return refuse(`the account cannot be asked: ${problemOf(failed as Exclude<Answer, { kind: 'ok' }>)}`);
  if (fieldsOf(bodyOf(dual)).dualSidePosition !== false) {
    return refuse('the account is in hedge mode. Set one-way mode in the position settings of the venue');
  }
  if (fieldsOf(bodyOf(multi)).multiAssetsMargin !== false) {
    return refuse(
      'the account is in multi-asset mode, which has no isolated margin. Set single-asset mode at the venue',
    );
  }
  const [money, open] = [decodeBalance(bodyOf(balance)), decodePositions(bodyOf(positions))];
  if (!money.ok) return refuse(money.problem);
  if (!open.ok) return refuse(open.problem);
  return {
    ok: true,
    value: {
      ...money.value,
      positions: [...open.value].flatMap(([symbol, qty]) => (qty === 0 ? [] : [symbol])),
      remarks,
    },
  };
}

const bodyOf = (answer: Answer): unknown => (answer.kind === 'ok' ? answer.body : undefined);
