package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

func TestBudget(t *testing.T) {
	t.Parallel()
	r := record(t, func(ctx *pulumi.Context, r *recorder) error {
		budget, err := NewBudget(ctx, "live-beats", &BudgetArgs{MonthlyUsd: 50, Email: "ops@example.com"})
		if err != nil {
			return err
		}
		r.capture("budgetName", budget.BudgetName)
		return nil
	})
	notify := func(threshold float64) map[string]any {
		return map[string]any{
			"notificationType": "ACTUAL", "comparisonOperator": "GREATER_THAN", "threshold": threshold,
			"thresholdType": "PERCENTAGE", "subscriberEmailAddresses": []any{"ops@example.com"},
		}
	}
	require.Equal(t, map[string]any{
		"budgetType": "COST", "timeUnit": "MONTHLY", "limitAmount": "50", "limitUnit": "USD",
		"notifications": []any{notify(80), notify(100)},
	}, r.inputs(t, "live-beats-budget"))
	require.Equal(t, map[string]any{"monthlyUsd": 50.0, "email": "ops@example.com"}, r.inputs(t, "live-beats"))
	require.Equal(t, map[string]any{"budgetName": "live-beats-budget-0000000"}, r.outputs)
}

func TestBudgetRefuses(t *testing.T) {
	t.Parallel()
	for want, args := range map[string]BudgetArgs{
		"MonthlyUsd 0 must be at least 1":       {Email: "ops@example.com"},
		`Email "ops" must be an e-mail address`: {MonthlyUsd: 1, Email: "ops"},
	} {
		err := refuse(t, func(ctx *pulumi.Context) error {
			_, err := NewBudget(ctx, "live-beats", &args)
			return err
		})
		require.EqualError(t, err, `check args of livebeats:index:Budget "live-beats": `+want)
	}
}
