package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/internal/iampolicy"
)

// newFlowLogs records accepted and rejected connections.
// https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
func (n *Network) newFlowLogs(ctx *pulumi.Context, name string, a NetworkArgs) error {
	group, err := cloudwatch.NewLogGroup(ctx, name+"-flow-logs", &cloudwatch.LogGroupArgs{
		RetentionInDays: pulumi.Int(*a.FlowLogRetentionDays),
	}, under(n), pulumi.RetainOnDelete(a.Protect))
	if err != nil {
		return err
	}
	trust, err := flowLogsTrust(*a.Account).Render(iampolicy.Trust)
	if err != nil {
		return err
	}
	role, err := iam.NewRole(ctx, name+"-flow-logs-role", &iam.RoleArgs{
		AssumeRolePolicy: pulumi.String(trust),
		Description:      pulumi.String("Writes the flow logs of the Live Beats VPC."),
	}, under(n))
	if err != nil {
		return err
	}
	policy, err := iam.NewRolePolicy(ctx, name+"-flow-logs-policy", &iam.RolePolicyArgs{
		Role: role.Name,
		Policy: group.Name.ApplyT(func(group string) (string, error) {
			return flowLogsPolicy(*a.Account, group).Render(iampolicy.Identity)
		}).(pulumi.StringOutput),
	}, under(n))
	if err != nil {
		return err
	}
	_, err = ec2.NewFlowLog(ctx, name+"-flow-log", &ec2.FlowLogArgs{
		VpcId:          n.VpcId,
		TrafficType:    pulumi.String("ALL"),
		LogDestination: group.Arn,
		IamRoleArn:     role.Arn,
	}, under(n), pulumi.DependsOn([]pulumi.Resource{policy}))
	return err
}

func flowLogsTrust(account Account) iampolicy.Document {
	return iampolicy.Document{Statements: []iampolicy.Statement{{
		Effect:     iampolicy.Allow,
		Principals: iampolicy.Principals{"Service": {"vpc-flow-logs.amazonaws.com"}},
		Actions:    []string{"sts:AssumeRole"},
		Conditions: iampolicy.Conditions{
			"StringEquals": {"aws:SourceAccount": {account.Id}},
			"ArnLike":      {"aws:SourceArn": {account.arn("ec2", "vpc-flow-log/*")}},
		},
	}}}
}

// flowLogsPolicy leaves AWS's logs:CreateLogGroup out: with it, records that come late would make a deleted group anew.
func flowLogsPolicy(account Account, group string) iampolicy.Document {
	return iampolicy.Document{Statements: []iampolicy.Statement{allow("FlowLogs", []string{
		"logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents",
	}, account.logStreams(group))}}
}
