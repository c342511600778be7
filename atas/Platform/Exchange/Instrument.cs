using System;

namespace Tapewire.Platform;

/// <summary>
/// The terms of an instrument. A lot is <c>Multiplier</c> units of the base currency, and a tick of one lot is worth
/// <c>TickSize * Multiplier</c> of the quote currency.
/// </summary>
public sealed record Instrument
{
    /// <summary>As Tapewire and the exchange name it, such as <c>ETHUSDT</c>.</summary>
    public required string Symbol { get; init; }

    /// <summary>As ATAS names the venue, such as <c>BinanceFutures</c>.</summary>
    public string Exchange { get; init; } = "BinanceFutures";
    public decimal TickSize { get; init; } = 0.01m;
    public decimal LotSize { get; init; } = 0.001m;
    public decimal? LotMinSize { get; init; } = 0.001m;
    public decimal? LotMaxSize { get; init; } = 10_000m;
    public decimal Multiplier { get; init; } = 1m;
    public string BaseCurrency { get; init; } = "ETH";
    public string QuoteCurrency { get; init; } = "USDT";
    public bool IsInverse { get; init; }

    public string SecurityId => $"{Symbol}@{Exchange}";

    public decimal TickCost => TickSize * Multiplier;

    /// <summary>Why this quantity cannot be ordered; null when it can.</summary>
    public string? ObjectionTo(decimal quantity)
    {
        if (quantity <= 0) return $"quantity {quantity} is not above 0";
        if (LotSize > 0 && quantity % LotSize != 0) return $"quantity {quantity} is no multiple of {LotSize}";
        if (LotMinSize is { } least && quantity < least) return $"quantity {quantity} is below the minimum {least}";
        if (LotMaxSize is { } most && quantity > most) return $"quantity {quantity} is above the maximum {most}";
        return null;
    }

    /// <summary>The part of <paramref name="quantity"/> that is a multiple of the step.</summary>
    public decimal Floor(decimal quantity) => LotSize > 0 ? Math.Floor(quantity / LotSize) * LotSize : quantity;
}
