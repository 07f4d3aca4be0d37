package components

import (
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/budgets"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

const budgetType = "livebeats:index:Budget"

// BudgetArgs configures a Budget.
type BudgetArgs struct {
	MonthlyUsd int    `pulumi:"monthlyUsd"` // Required: US dollars for a calendar month, at least 1.
	Email      string `pulumi:"email"`      // Required: gets a mail at 80 % and at 100 %. AWS asks for no confirmation.
}

// Budget sends a mail when the account's costs in a month reach 80 % and 100 % of an amount. It stops nothing.
//
// It counts the costs of the whole account. A budget by tags would stay at 0 and never send a mail until the tags are
// activated as cost allocation tags in the paying account.
// https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/activating-tags.html
type Budget struct {
	pulumi.ResourceState
	children

	BudgetName pulumi.StringOutput `pulumi:"budgetName"`
}

// budgetThresholds are the percentages of the amount at which a mail is sent.
var budgetThresholds = []float64{80, 100}

// NewBudget creates a budget for the account's actual cost.
func NewBudget(ctx *pulumi.Context, name string, args *BudgetArgs, opts ...pulumi.ResourceOption) (*Budget, error) {
	a := deref(args)
	if err := a.check(name); err != nil {
		return nil, err
	}
	budget := &Budget{}
	if err := register(ctx, budgetType, name, a, budget, opts); err != nil {
		return nil, err
	}
	var notifications budgets.BudgetNotificationArray
	for _, threshold := range budgetThresholds {
		notifications = append(notifications, &budgets.BudgetNotificationArgs{
			NotificationType:         pulumi.String("ACTUAL"),
			ComparisonOperator:       pulumi.String("GREATER_THAN"),
			Threshold:                pulumi.Float64(threshold),
			ThresholdType:            pulumi.String("PERCENTAGE"),
			SubscriberEmailAddresses: pulumi.StringArray{pulumi.String(a.Email)},
		})
	}
	child, err := budgets.NewBudget(ctx, name+"-budget", &budgets.BudgetArgs{
		BudgetType:    pulumi.String("COST"),
		TimeUnit:      pulumi.String("MONTHLY"),
		LimitAmount:   pulumi.String(strconv.Itoa(a.MonthlyUsd)),
		LimitUnit:     pulumi.String("USD"),
		Notifications: notifications,
	}, under(budget))
	if err != nil {
		return nil, err
	}
	budget.BudgetName = child.Name
	return budget, registerOutputs(ctx, budget)
}

func (a BudgetArgs) check(name string) error {
	var p problems
	p.check(a.MonthlyUsd >= 1, "MonthlyUsd", a.MonthlyUsd, "at least 1")
	p.match("Email", a.Email, awsmodel.Email)
	return p.err(budgetType, name)
}
