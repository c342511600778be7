using System;
using System.Collections.Generic;
using System.Linq;

namespace Tapewire.Platform;

/// <summary>Net positions and money of one account. Realized profit is (exit - average entry) * quantity * multiplier.</summary>
internal sealed class AccountBook(string account, decimal balance)
{
    private readonly Dictionary<string, PositionView> _positions = [];

    public decimal Balance { get; private set; } = balance;

    public IReadOnlyList<PositionView> Positions => [.. _positions.Values.Where(position => position.Quantity != 0)];

    public PositionView Of(string symbol) =>
        _positions.TryGetValue(symbol, out var position) ? position : new PositionView(account, symbol, 0, 0, 0);

    public PositionView Apply(Instrument instrument, FillView fill)
    {
        var held = Of(fill.Symbol);
        var signed = fill.Side == Side.Buy ? fill.Quantity : -fill.Quantity;
        var closes = Math.Sign(held.Quantity) * Math.Sign(signed) < 0 ? Math.Min(Math.Abs(held.Quantity), fill.Quantity) : 0;
        var profit = closes * (fill.Price - held.AveragePrice) * Math.Sign(held.Quantity) * instrument.Multiplier;
        var quantity = held.Quantity + signed;
        var opens = fill.Quantity - closes;
        var average = quantity == 0 ? 0
            : opens == 0 ? held.AveragePrice
            : closes > 0 ? fill.Price
            : (Math.Abs(held.Quantity) * held.AveragePrice + opens * fill.Price) / Math.Abs(quantity);
        Balance += profit - fill.Fee;
        return _positions[fill.Symbol] = held with
        {
            Quantity = quantity,
            AveragePrice = average,
            RealizedPnl = held.RealizedPnl + profit,
        };
    }
}
