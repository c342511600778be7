using System.Threading;

namespace Tapewire.Platform;

/// <summary>Chance from a seed: SplitMix64, the same on every machine and version of the runtime.</summary>
public sealed class Chance(ulong seed)
{
    private readonly Lock _gate = new();
    private ulong _state = seed;

    /// <summary>In [0, 1).</summary>
    public double Uniform()
    {
        lock (_gate)
        {
            _state += 0x9E3779B97F4A7C15;
            var mixed = _state;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return ((mixed ^ (mixed >> 31)) >> 11) * (1.0 / (1UL << 53));
        }
    }

    public bool Happens(double share) => share > 0 && Uniform() < share;

    /// <summary>From <paramref name="least"/> to <paramref name="most"/>, both included.</summary>
    public int Whole(int least, int most) => least + (int)(Uniform() * (most - least + 1));
}
