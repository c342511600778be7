/**
 * What a request costs of the weight of its minute. As measured on the real host in October 2026, which differs from its
 * documentation where a comment says so. A request that is refused with 400 costs as much.
 */
export function weightOf(path: string, query: URLSearchParams): number {
  const one = (query.get('symbol') ?? '') !== '';
  switch (path) {
    case '/fapi/v1/ticker/24hr':
      return one ? 1 : 40;
    case '/fapi/v1/ticker/price':
      return one ? 1 : 2;
    case '/fapi/v1/ticker/bookTicker':
      return one ? 2 : 5;
    case '/fapi/v1/premiumIndex':
      return one ? 1 : 10;
    case '/fapi/v1/aggTrades':
      return 20;
    case '/fapi/v1/klines':
      return klinesWeight(query.get('limit'));
    case '/fapi/v1/depth':
      return depthWeight(query.get('limit'));
    case '/fapi/v1/fundingRate':
    case '/fapi/v1/fundingInfo':
      // They share a limit of their own.
      return 0;
    default:
      return 1;
  }
}

/** Bands hold their upper edge; the documentation has 100 and 500 in the next one. Without `limit` 500 rows cost 5. */
function klinesWeight(limit: string | null): number {
  const rows = limit === null ? 1_000 : Number(limit);
  if (rows <= 100) return 1;
  if (rows <= 500) return 2;
  return rows <= 1_000 ? 5 : 10;
}

/** Without `limit`, and with one that is refused, 1 was measured; the documentation does not say. */
function depthWeight(limit: string | null): number {
  const weights: Readonly<Record<string, number>> = { 5: 2, 10: 2, 20: 2, 50: 2, 100: 5, 500: 10, 1000: 20 };
  return weights[limit ?? ''] ?? 1;
}
