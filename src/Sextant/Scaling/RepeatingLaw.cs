using System.Text.Json.Serialization;

namespace Sextant.Scaling;

/// <summary>A law of repeated tokens where there are so many different ones: what N and D give when D tokens are <paramref name="Unique"/> read again and again.</summary>
/// <param name="Law">The law.</param>
/// <param name="Unique">Different tokens.</param>
internal sealed record RepeatingLaw(DataConstrainedLaw Law, double Unique) : ScalingLaw
{
    /// <summary>Of fresh tokens: once they repeat, N* is no power of C.</summary>
    [JsonIgnore]
    public override double Exponent => Law.Fresh.Exponent;

    public override double Loss(double parameters, double tokens) => Law.Loss(parameters, tokens, Unique);

    /// <summary>
    /// Where C = 6 N D has its least loss. The law of fresh tokens is a floor, and repeating asks for more parameters than it, so that the
    /// minimum is searched from its optimum upwards, by golden section in ln N (Kiefer 1953).
    /// </summary>
    public override Allocation Optimum(double flops)
    {
        double low = Math.Log(Law.Fresh.Optimum(flops).Parameters), high = Math.Max(low, Math.Log(flops / 6 / Unique)) + 1, ratio = (Math.Sqrt(5) - 1) / 2;
        double At(double logParameters) => this.At(flops, Math.Exp(logParameters)).Loss;
        double left = high - (ratio * (high - low)), right = low + (ratio * (high - low)), atLeft = At(left), atRight = At(right);
        for (int i = 0; i < 50; i++)
        {
            if (atLeft <= atRight)
            {
                (high, right, atRight) = (right, left, atLeft);
                left = high - (ratio * (high - low));
                atLeft = At(left);
            }
            else
            {
                (low, left, atLeft) = (left, right, atRight);
                right = low + (ratio * (high - low));
                atRight = At(right);
            }
        }

        return this.At(flops, Math.Exp((low + high) / 2));
    }
}
