namespace Tapewire.Platform;

/// <summary>Why an order is looked at.</summary>
internal enum Cause { Arrival, Quote, Trade }

/// <summary>At which price an order trades now, if it does.</summary>
internal static class Matching
{
    /// <summary>True when the market is at or beyond the price that wakes the stop, by its last trade or its quote.</summary>
    public static bool Reaches(OrderView order, MarketState market)
    {
        if (order.Type is not (ExchangeOrderType.Stop or ExchangeOrderType.StopLimit)) return false;
        return order.Side == Side.Buy
            ? market.Last >= order.TriggerPrice || market.Ask >= order.TriggerPrice
            : (market.Last > 0 && market.Last <= order.TriggerPrice) || (market.Bid > 0 && market.Bid <= order.TriggerPrice);
    }

    /// <summary>
    /// Null: not now. A limit that rests trades at its own price, and needs a trade beyond it, because others stand before it there.
    /// </summary>
    public static (decimal Price, bool IsTaker)? PriceOf(WorkingOrder order, MarketState market, Cause cause)
    {
        if (!market.IsQuoted) return null;
        var view = order.View;
        var opposite = market.Opposite(view.Side);
        switch (view.Type)
        {
            case ExchangeOrderType.Market:
                return (opposite, true);
            case ExchangeOrderType.Stop:
                return order.Triggered ? (opposite, true) : null;
            case ExchangeOrderType.StopLimit when !order.Triggered:
                return null;
            default:
                if (view.Side == Side.Buy ? opposite <= view.Price : opposite >= view.Price)
                {
                    return cause == Cause.Arrival ? (opposite, true) : (view.Price, false);
                }
                var isPassed = view.Side == Side.Buy ? market.Last < view.Price : market.Last > view.Price;
                return cause == Cause.Trade && isPassed ? (view.Price, false) : null;
        }
    }
}
