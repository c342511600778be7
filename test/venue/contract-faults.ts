import type { Contract, ContractStatus } from './contract.ts';
import type { FaultKind, FaultOrder } from './fault-kinds.ts';
import type { PlannedFault } from './fault-spec.ts';

type Contracts = ReadonlyMap<string, Contract>;

/** Faults that happen to one contract, and what it must be for that. */
const NEEDS: Partial<Record<FaultKind, ContractStatus>> = {
  filter: 'TRADING',
  delist: 'TRADING',
  list: 'PENDING_TRADING',
};

const WORDS: Readonly<Record<ContractStatus, string>> = {
  PENDING_TRADING: 'is not listed yet',
  TRADING: 'trades',
  SETTLING: 'is settling',
};

/** The contract a fault of contracts happens to: the one it names, else the first that fits. */
export function contractFor(
  { kind, symbol }: FaultOrder,
  contracts: Contracts,
  statusOf = (contract: Contract): ContractStatus => contract.status,
): Contract | undefined {
  const candidates = symbol === undefined ? [...contracts.values()] : [contracts.get(symbol)];
  return candidates.find((contract) => contract !== undefined && statusOf(contract) === NEEDS[kind]);
}

/** Why a fault cannot be carried out as the contracts are, as a sentence; `undefined` when it can. */
export function refusalOf(
  order: FaultOrder,
  contracts: Contracts,
  statusOf = (contract: Contract): ContractStatus => contract.status,
): string | undefined {
  const { kind, symbol } = order;
  const named = symbol === undefined ? undefined : contracts.get(symbol);
  if (symbol !== undefined && named === undefined) {
    return `venue: fault ${kind} needs a symbol of this venue, and ${symbol} is none: it has ${listOf([...contracts.keys()])}`;
  }
  const needed = NEEDS[kind];
  if (needed === undefined || contractFor(order, contracts, statusOf) !== undefined) return undefined;
  const fitting = [...contracts.values()].filter((contract) => statusOf(contract) === needed);
  if (fitting.length === 0)
    return `venue: fault ${kind} needs a contract that ${WORDS[needed]}, and there is none left`;
  const problem = `${symbol} ${WORDS[statusOf(named!)]}`;
  const choice = listOf(fitting.map((contract) => contract.symbol));
  return `venue: fault ${kind} needs a contract that ${WORDS[needed]}, and ${problem}: it can be ${choice}`;
}

/**
 * Why a plan cannot be carried out: each fault is tried on the contracts as those before it leave them. A repetition is
 * not: it ends by itself when nothing is left for it.
 */
export function refusalOfPlan(planned: readonly PlannedFault[], contracts: Contracts): string | undefined {
  const becomes = new Map<Contract, ContractStatus>();
  const statusOf = (contract: Contract): ContractStatus => becomes.get(contract) ?? contract.status;
  for (const { order } of [...planned].sort((a, b) => a.afterMs - b.afterMs)) {
    const refusal = refusalOf(order, contracts, statusOf);
    if (refusal !== undefined) return refusal;
    const contract = contractFor(order, contracts, statusOf);
    if (contract === undefined) continue;
    if (order.kind === 'delist') becomes.set(contract, 'SETTLING');
    if (order.kind === 'list') becomes.set(contract, 'TRADING');
  }
  return undefined;
}

/** A venue of 540 contracts is not told by name. */
function listOf(symbols: readonly string[]): string {
  const more = symbols.length - 5;
  return `${symbols.slice(0, 5).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
