// Package awslive reads the status of a service on AWS. It makes only read calls: sts GetCallerIdentity; ecs
// DescribeServices, ListTasks, DescribeTasks and DescribeTaskDefinition; elasticloadbalancing DescribeTargetHealth;
// logs GetLogEvents.
package awslive

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
)

// permissions are the IAM permissions that Status requires, for the error message.
const permissions = "ecs:DescribeServices, ecs:ListTasks, ecs:DescribeTasks, ecs:DescribeTaskDefinition, " +
	"elasticloadbalancing:DescribeTargetHealth and logs:GetLogEvents"

// Reader reads services in one region of one account.
type Reader struct {
	Account, Region string

	ecs  *ecs.Client
	elb  *elb.Client
	logs *cloudwatchlogs.Client
}

// Open finds credentials as the AWS CLI does, and reads the account that they belong to. If region is empty, it uses
// the region of the environment or the profile. Options are for tests. Errors: no region, no valid credentials.
func Open(ctx context.Context, region string, options ...func(*config.LoadOptions) error) (*Reader, error) {
	if region != "" {
		options = append(options, config.WithRegion(region))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("read AWS config: %w", err)
	}
	if cfg.Region == "" {
		return nil, errors.New("read AWS config: the region is missing: give --region, or set AWS_REGION")
	}
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		return nil, fmt.Errorf("find AWS credentials: no valid credentials (set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "+
			"AWS_SECRET_ACCESS_KEY, or run aws sso login): %w", err)
	}
	who, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("ask AWS which account the credentials belong to: %w", brief(err))
	}
	return &Reader{
		Account: aws.ToString(who.Account), Region: cfg.Region,
		ecs: ecs.NewFromConfig(cfg), elb: elb.NewFromConfig(cfg), logs: cloudwatchlogs.NewFromConfig(cfg),
	}, nil
}

// brief reduces an error to AWS's code and message, without request ids and counts of attempts. If access was denied,
// it adds the required permissions.
func brief(err error) error {
	var answer smithy.APIError
	if !errors.As(err, &answer) {
		return err
	}
	err = fmt.Errorf("%s: %s", answer.ErrorCode(), answer.ErrorMessage())
	if strings.HasPrefix(answer.ErrorCode(), "AccessDenied") {
		return fmt.Errorf("%w; status --aws needs %s", err, permissions)
	}
	return err
}
