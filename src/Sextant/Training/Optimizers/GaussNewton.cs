using System.Runtime.InteropServices;
using Sextant.Models;
using TorchSharp;

namespace Sextant.Training.Optimizers;

/// <summary>
/// The Gauss-Newton method as the textbook has it, to hold others against: the step d of (J^T H J + lambda I) d = -g, J being the Jacobian of a module's outputs z, H the Hessian of the loss
/// in z and g the gradient (Schraudolph 2002, "Fast curvature matrix-vector products", section 3), by conjugate gradients that see the matrix in products alone, with lambda made
/// larger or smaller by how well the quadratic model foretold the loss (Martens 2010, "Deep learning via Hessian-free optimization", section 4.1).
/// </summary>
/// <remarks>
/// The whole training set, or one large batch, makes a step; there is no state but <see cref="Damping"/>. J v is the derivative in u of J^T u, so every operation of the module must have a second
/// derivative: what is written as a function of its own (the course models' stack on the processor) or fused (libtorch's attention) has none and is refused.
/// </remarks>
public sealed class GaussNewton
{
    /// <summary>What a damping of 0 becomes after a step that was not taken.</summary>
    private const double LeastDamping = 1e-9;

    private readonly torch.Tensor[] parameters;

    /// <param name="parameters">What is optimised; each requires its gradient.</param>
    public GaussNewton(IEnumerable<torch.Tensor> parameters) => this.parameters = [.. parameters];

    /// <summary>Lambda, at least 0; steps change it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 0 or no number.</exception>
    public double Damping
    {
        get;
        set => field = value is >= 0 and < double.PositiveInfinity ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The damping is at least 0 and finite.");
    } = 1;

    /// <summary>The most products that a step takes.</summary>
    public int MostIterations { get; init; } = 100;

    /// <summary>Conjugate gradients end where the residual's norm is this share of the gradient's.</summary>
    public double Tolerance { get; init; } = 1e-6;

    /// <summary>One step; where it would make the loss larger, the parameters stay as they are and only the damping grows.</summary>
    /// <param name="outputs">What the module gives with its parameters as they are, any shape; without dropout.</param>
    /// <param name="loss">Of outputs, a scalar, convex in them.</param>
    public GaussNewtonStep Step(Func<torch.Tensor> outputs, Func<torch.Tensor, torch.Tensor> loss)
    {
        using var scope = torch.NewDisposeScope();
        var curvature = new Curvature(parameters, outputs(), loss);
        var gradient = curvature.Gradient;
        double before = curvature.Loss;
        var (step, iterations) = Solve(curvature, gradient.neg());
        double linear = Dot(gradient, step);
        double foretold = linear + (0.5 * Dot(step, curvature.Product(step)));
        torch.Tensor[] there = [.. parameters.Select(parameter => parameter.detach().clone())];
        Move(step);
        double after = Value(outputs, loss);
        double share = foretold == 0 ? 1 : (after - before) / foretold;
        bool isTaken = after <= before; // not so where it is no number
        if (!isTaken)
        {
            PutBack(there);
        }

        // Levenberg and Marquardt's rule with Martens's constants; what is 0 grows from the least.
        Damping = !isTaken || share < 0.25 ? Math.Max(1.5 * Damping, isTaken ? 0 : LeastDamping) : share > 0.75 ? Damping * 2 / 3 : Damping;
        return new GaussNewtonStep(before, isTaken ? after : before, foretold, iterations, isTaken);
    }

    /// <summary>J^T H J v, without the damping; the caller disposes of it.</summary>
    /// <param name="outputs">As for <see cref="Step"/>.</param>
    /// <param name="loss">As for <see cref="Step"/>.</param>
    /// <param name="direction">v, [N], the parameters one after the other.</param>
    public torch.Tensor Product(Func<torch.Tensor> outputs, Func<torch.Tensor, torch.Tensor> loss, torch.Tensor direction)
    {
        using var scope = torch.NewDisposeScope();
        return new Curvature(parameters, outputs(), loss).Product(direction).MoveToOuterDisposeScope();
    }

    /// <summary>Conjugate gradients from zero (Hestenes and Stiefel 1952).</summary>
    private (torch.Tensor Solution, int Iterations) Solve(Curvature curvature, torch.Tensor right)
    {
        torch.Tensor x = torch.zeros_like(right), residual = right.clone(), direction = right.clone();
        double square = Dot(residual, residual), enough = Tolerance * Tolerance * square;
        int iterations = 0;
        while (iterations < MostIterations && square > enough)
        {
            using var scope = torch.NewDisposeScope();
            using Scalar damping = Damping;
            var product = curvature.Product(direction).add_(direction, damping);
            double curved = Dot(direction, product);
            if (curved <= 0)
            {
                break; // nothing but rounding is left
            }

            double next;
            using (Scalar length = square / curved, back = -square / curved)
            {
                x.add_(direction, length);
                residual.add_(product, back);
                next = Dot(residual, residual);
            }

            using Scalar kept = next / square;
            direction.mul_(kept).Grow(residual);
            square = next;
            iterations++;
        }

        return (x, iterations);
    }

    private void Move(torch.Tensor step)
    {
        using var _ = torch.no_grad();
        long start = 0;
        foreach (var parameter in parameters)
        {
            parameter.Grow(step.narrow(0, start, parameter.numel()).view(parameter.shape));
            start += parameter.numel();
        }
    }

    private void PutBack(torch.Tensor[] values)
    {
        using var _ = torch.no_grad();
        foreach (var (parameter, value) in parameters.Zip(values))
        {
            parameter.copy_(value);
        }
    }

    private static double Value(Func<torch.Tensor> outputs, Func<torch.Tensor, torch.Tensor> loss)
    {
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        return loss(outputs()).to(torch.float64).item<double>();
    }

    private static double Dot(torch.Tensor a, torch.Tensor b)
    {
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        return a.dot(b).to(torch.float64).item<double>();
    }

    /// <summary>The graph of one place, from which any number of products are taken.</summary>
    private sealed class Curvature
    {
        private readonly IList<torch.Tensor> parameters;
        private readonly torch.Tensor outputs, detached, ofLoss, weights;
        private readonly IList<torch.Tensor> pulledBack;

        public Curvature(IList<torch.Tensor> parameters, torch.Tensor outputs, Func<torch.Tensor, torch.Tensor> loss)
        {
            this.parameters = parameters;
            this.outputs = outputs;
            detached = outputs.detach().requires_grad_(true);
            var value = loss(detached);
            Loss = value.detach().to(torch.float64).item<double>();
            ofLoss = torch.autograd.grad([value], [detached], retain_graph: true, create_graph: true)[0];
            var parts = torch.autograd.grad([outputs], parameters, [ofLoss.detach()], retain_graph: true, allow_unused: true);
            if (parts.Any(part => part.IsInvalid))
            {
                throw new ArgumentException("A parameter has no part in the outputs.");
            }

            Gradient = Joined(parts);
            weights = torch.zeros_like(outputs).requires_grad_(true);
            pulledBack = torch.autograd.grad([outputs], parameters, [weights], retain_graph: true, create_graph: true); // J^T u
            CheckSecondDerivatives();
        }

        public double Loss { get; }

        /// <summary>[N].</summary>
        public torch.Tensor Gradient { get; }

        public torch.Tensor Product(torch.Tensor direction)
        {
            using var scope = torch.NewDisposeScope();
            long start = 0;
            var parts = new List<torch.Tensor>();
            foreach (var parameter in parameters)
            {
                parts.Add(direction.narrow(0, start, parameter.numel()).view(parameter.shape));
                start += parameter.numel();
            }

            var pushed = torch.autograd.grad(pulledBack, [weights], parts, retain_graph: true)[0]; // J v
            var curved = torch.autograd.grad([ofLoss], [detached], [pushed], retain_graph: true)[0]; // H J v
            return Joined(torch.autograd.grad([outputs], parameters, [curved], retain_graph: true)).MoveToOuterDisposeScope();
        }

        /// <summary>Asks once by backward, which reports what is wrong: TorchSharp's autograd.grad lets the exception end the process.</summary>
        private void CheckSecondDerivatives()
        {
            if (!ofLoss.requires_grad)
            {
                throw new NotSupportedException("The loss is linear in the outputs, so that there is no curvature.");
            }

            const string Missing = "An operation of the module or of the loss has no second derivative, which products with the Gauss-Newton matrix need.";
            if (pulledBack.Any(part => !part.requires_grad))
            {
                throw new NotSupportedException(Missing);
            }

            try
            {
                torch.autograd.backward(pulledBack, [.. pulledBack.Select(part => torch.zeros_like(part))], retain_graph: true, inputs: [weights]);
                torch.autograd.backward([ofLoss], [torch.zeros_like(ofLoss)], retain_graph: true, inputs: [detached]);
            }
            catch (ExternalException e)
            {
                throw new NotSupportedException(Missing, e);
            }
        }

        private static torch.Tensor Joined(IEnumerable<torch.Tensor> parts) => torch.cat([.. parts.Select(part => part.reshape(-1))], 0);
    }
}

/// <summary>What one Gauss-Newton step did.</summary>
/// <param name="LossBefore">At the place it started from.</param>
/// <param name="LossAfter">Where the parameters are now.</param>
/// <param name="Foretold">The change of the loss by the quadratic model, without the damping.</param>
/// <param name="Iterations">Products that conjugate gradients took.</param>
/// <param name="IsTaken">Whether the parameters moved.</param>
public sealed record GaussNewtonStep(double LossBefore, double LossAfter, double Foretold, int Iterations, bool IsTaken);
