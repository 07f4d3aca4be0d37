package sandbox_test

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

// TestBudget: budgets have no package, because the facts describe them completely.
func TestBudget(t *testing.T) {
	t.Parallel()
	const budget = "aws:budgets/budget:Budget"
	notify := func(change props) props {
		notification := props{
			"notificationType": "ACTUAL", "comparisonOperator": "GREATER_THAN", "threshold": 80.0,
			"thresholdType": "PERCENTAGE", "subscriberEmailAddresses": []any{"ops@example.com"},
		}
		maps.Copy(notification, change)
		return props{"notifications": []any{notification}}
	}
	good := props{"budgetType": "COST", "limitAmount": "50", "limitUnit": "USD", "timeUnit": "MONTHLY"}
	maps.Copy(good, notify(nil))
	sandboxtest.Breaks{
		Token: budget, Good: good, Update: props{"limitAmount": "60"},
		Cases: map[string]sandboxtest.Break{
			"threshold": {notify(props{"threshold": 100.0}), ""},
			"kind":      {props{"budgetType": "USAGE"}, "budgetType: expected one of [COST], got USAGE"},
			"amount":    {props{"limitAmount": "fifty"}, `limitAmount: "fifty" does not match ^[0-9]+(\.[0-9]+)?$`},
			"name":      {props{"name": "a:b"}, `name: "a:b" does not match ^[^:\\]+$`},
			"nobody": {
				notify(props{"subscriberEmailAddresses": nil}),
				"notifications[0].subscriberEmailAddresses: InvalidParameterException: Subscribers can't be empty.",
			},
			"unit": {props{"timeUnit": "DAILY"}, "timeUnit: expected one of [MONTHLY, QUARTERLY, ANNUALLY], got DAILY"},
			"filter": {props{"costFilters": []any{}}, "costFilters: the sandbox does not model this property; it models budgetType, " +
				"limitAmount, limitUnit, name, notifications, tags, timeUnit"},
		},
	}.Run(t)
	a := sandboxtest.New(t)
	good["name"] = "beats"
	require.NoError(t, a.Make(budget, "budget", good))
	require.Equal(t, accountID+":beats", a.Got("budget").ID)
	require.Equal(t, "arn:aws:budgets::123456789012:budget/beats", a.Got("budget").State["arn"])
	require.EqualError(t, a.Make(budget, "twin", good),
		"DuplicateRecordException: Error creating budget: beats - the budget already exists.")
}
