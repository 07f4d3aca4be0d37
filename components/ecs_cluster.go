package components

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

const ecsClusterType = "livebeats:index:EcsCluster"

// EcsClusterArgs configures an EcsCluster.
type EcsClusterArgs struct {
	ExecAudit bool `pulumi:"execAudit,optional"` // Records every ECS Exec session in a separate log group.
	// ExecLogRetentionDays defaults to 90; 0 keeps sessions forever.
	ExecLogRetentionDays *int `pulumi:"execLogRetentionDays,optional"`
	// KmsKeyArn encrypts the audited sessions and their log group. CloudWatch Logs must be allowed to use the key.
	KmsKeyArn pulumi.StringPtrInput `pulumi:"kmsKeyArn,optional"`
	// Protect keeps the audit log group in the account when the stack deletes it.
	Protect bool `pulumi:"protect,optional"`
}

// EcsCluster is a Fargate cluster with Container Insights.
type EcsCluster struct {
	pulumi.ResourceState
	children

	ClusterName pulumi.StringOutput `pulumi:"clusterName"`
	ClusterArn  pulumi.StringOutput `pulumi:"clusterArn"` // Waits for the capacity providers.
	// ExecLogGroupName resolves to nil without ExecAudit.
	ExecLogGroupName pulumi.StringPtrOutput `pulumi:"execLogGroupName"`
}

// NewEcsCluster creates a cluster with the capacity providers FARGATE and FARGATE_SPOT. FARGATE is the default.
func NewEcsCluster(
	ctx *pulumi.Context, name string, args *EcsClusterArgs, opts ...pulumi.ResourceOption,
) (*EcsCluster, error) {
	a := deref(args)
	a.ExecLogRetentionDays = or(a.ExecLogRetentionDays, 90)
	if err := a.check(name); err != nil {
		return nil, err
	}
	cluster := &EcsCluster{}
	if err := register(ctx, ecsClusterType, name, a, cluster, opts); err != nil {
		return nil, err
	}
	configuration, err := cluster.newExecConfiguration(ctx, name, a)
	if err != nil {
		return nil, err
	}
	child, err := ecs.NewCluster(ctx, name+"-cluster", &ecs.ClusterArgs{
		Settings: ecs.ClusterSettingArray{ecs.ClusterSettingArgs{
			Name: pulumi.String("containerInsights"), Value: pulumi.String("enabled"),
		}},
		Configuration: configuration,
	}, under(cluster))
	if err != nil {
		return nil, err
	}
	cluster.ClusterName, cluster.ClusterArn = child.Name, child.Arn
	if err := cluster.newCapacityProviders(ctx, name); err != nil {
		return nil, err
	}
	cluster.ClusterArn = after(cluster.ClusterArn, cluster.declared...)
	return cluster, registerOutputs(ctx, cluster)
}

func (c *EcsCluster) newCapacityProviders(ctx *pulumi.Context, name string) error {
	_, err := ecs.NewClusterCapacityProviders(ctx, name+"-capacity-providers",
		&ecs.ClusterCapacityProvidersArgs{
			ClusterName:       c.ClusterName,
			CapacityProviders: pulumi.ToStringArray([]string{"FARGATE", "FARGATE_SPOT"}),
			DefaultCapacityProviderStrategies: ecs.ClusterCapacityProvidersDefaultCapacityProviderStrategyArray{
				ecs.ClusterCapacityProvidersDefaultCapacityProviderStrategyArgs{
					CapacityProvider: pulumi.String("FARGATE"), Weight: pulumi.Int(1),
				},
			},
		}, under(c))
	return err
}

func (c *EcsCluster) newExecConfiguration(
	ctx *pulumi.Context, name string, a EcsClusterArgs,
) (ecs.ClusterConfigurationPtrInput, error) {
	c.ExecLogGroupName = optional(nil)
	if !a.ExecAudit {
		return nil, nil
	}
	group, err := cloudwatch.NewLogGroup(ctx, name+"-exec-logs", &cloudwatch.LogGroupArgs{
		RetentionInDays: pulumi.Int(*a.ExecLogRetentionDays),
		KmsKeyId:        a.KmsKeyArn,
	}, under(c), pulumi.RetainOnDelete(a.Protect))
	if err != nil {
		return nil, err
	}
	c.ExecLogGroupName = group.Name.ToStringPtrOutput()
	log := &ecs.ClusterConfigurationExecuteCommandConfigurationLogConfigurationArgs{CloudWatchLogGroupName: group.Name}
	if a.KmsKeyArn != nil {
		log.CloudWatchEncryptionEnabled = pulumi.Bool(true) // Required: without this, sessions cannot start.
	}
	return &ecs.ClusterConfigurationArgs{
		ExecuteCommandConfiguration: &ecs.ClusterConfigurationExecuteCommandConfigurationArgs{
			Logging: pulumi.String("OVERRIDE"), LogConfiguration: log, KmsKeyId: a.KmsKeyArn,
		},
	}, nil
}

func (a EcsClusterArgs) check(name string) error {
	var p problems
	checkRetention(&p, "ExecLogRetentionDays", *a.ExecLogRetentionDays)
	return p.err(ecsClusterType, name)
}

func checkRetention(p *problems, arg string, days int) {
	p.check(slices.Contains(awsmodel.LogRetentionDays, days), arg, days,
		fmt.Sprintf("one of %v", awsmodel.LogRetentionDays))
}
