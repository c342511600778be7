using System.Collections.Immutable;
using Tapewire.Bridge.Trading;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Tests.Trading;

/// <summary>The guide's own signal, and an instrument and account that could trade it.</summary>
internal static class Sample
{
    public static Signal Signal { get; } = new()
    {
        Id = "01934e4e-8783-7a2b-9c4d-5e6f70819203",
        Intent = Intent.Entry,
        Symbol = "ETHUSDT",
        Direction = Side.Buy,
        Timeframe = "1m",
        EntryPrice = 3500,
        StopLoss = 3482.5m,
        TakeProfit = 3542,
        Tp1 = 3528,
        Tp2 = 3542,
        Tp3 = 3563,
        Leverage = 20,
        SignalStrength = 85.5m,
        MaxSlippageBps = 5,
        Market = "SIMULATED medium",
    };

    public static InstrumentTerms Instrument { get; } = new()
    {
        Name = "ETHUSDT@BinanceFutures", TickSize = 0.01m, TickCost = 0.01m, LotSize = 0.001m, LotMinSize = 0.001m, LotMaxSize = 2_000,
    };

    public static AccountTerms Account { get; } = new() { Id = "demo", Balance = 10_000, IsRealAccount = false };

    public static BracketPlan Plan { get; } = new()
    {
        Side = Side.Buy,
        Quantity = 10,
        StopPrice = 3482.5m,
        Targets = [new(Leg.Tp2, 3542, 1)],
        TickSize = 0.01m,
        LotSize = 1,
        MinQuantity = 1,
    };

    public static BracketPlan Ladder { get; } = Plan with
    {
        Targets = [new(Leg.Tp1, 3528, 0.5m), new(Leg.Tp2, 3542, 0.3m), new(Leg.Tp3, 3563, 0.2m)],
    };

    public static GrantOrigin Origin(string delivery = "d1", string orderId = "tw-000000000000000000000001", long fence = 3) => new()
    {
        DeliveryId = delivery, Session = "7f3a2c9d51e84b06", Epoch = 1, Fence = fence, ClientOrderId = orderId,
    };
}
