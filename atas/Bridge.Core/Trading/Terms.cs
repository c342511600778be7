namespace Tapewire.Bridge.Trading;

/// <summary>What the exchange says of an instrument. ATAS <c>Security</c>.</summary>
public sealed record InstrumentTerms
{
    /// <summary>As ATAS names it: ETHUSDT@BinanceFutures.</summary>
    public required string Name { get; init; }

    public required decimal TickSize { get; init; }

    /// <summary>Money value of one tick for a quantity of 1, in the account's currency.</summary>
    public required decimal TickCost { get; init; }

    /// <summary>The step of quantities.</summary>
    public required decimal LotSize { get; init; }

    public decimal? LotMinSize { get; init; }
    public decimal? LotMaxSize { get; init; }

    /// <summary>
    /// Contracts worth a fixed amount of the quote currency, margined and settled in the base currency: profit is
    /// quantity × ContractValue × (1/entry − 1/exit) of the base currency.
    /// </summary>
    public bool IsInverse { get; init; }

    /// <summary>Of an inverse contract: its worth in the quote currency (ATAS <c>VolumeMultiplier</c>).</summary>
    public decimal ContractValue { get; init; } = 1;
}

/// <summary>What the broker says of the account. ATAS <c>Portfolio</c>.</summary>
public sealed record AccountTerms
{
    public required string Id { get; init; }

    /// <summary>In the account's currency; the base currency for an inverse contract.</summary>
    public required decimal Balance { get; init; }

    /// <summary>What is free for margin; null where the broker does not say.</summary>
    public decimal? BalanceAvailable { get; init; }

    public required bool IsRealAccount { get; init; }
    public string? Currency { get; init; }
}

/// <param name="AtMs">When it was seen, on the clock that also gives <c>nowMs</c>.</param>
public sealed record Quote(decimal Bid, decimal Ask, long AtMs);

/// <summary>What the connector can do, as far as the order of steps depends on it.</summary>
public sealed record ConnectorTerms
{
    /// <summary>An exit can carry "reduce only": it may make a position smaller and never opens one.</summary>
    public bool HasReduceOnly { get; init; }

    /// <summary>Working orders can be changed in place. False: they are cancelled and placed again.</summary>
    public bool CanModify { get; init; } = true;
}
