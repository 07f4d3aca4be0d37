package facts_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
)

// schemaProperty is a property in the schema of the real provider.
type schemaProperty struct {
	Type                                         string
	Input, Computed, Required, ForceNew, SDKOnly bool
	Secret, Set                                  bool
	MinItems, MaxItems                           int
	AutoName                                     struct{ MaxLength int }
	Default                                      any
	Properties                                   map[string]schemaProperty
}

// TestFactsAgreeWithTheProvidersSchema compares the tables with the schema of the real provider, Terraform AWS 5.31
// under Pulumi's bridge. Where they differ on purpose, differences has the reason. Properties that only later versions
// have are not compared.
func TestFactsAgreeWithTheProvidersSchema(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join("testdata", "provider-schema.json"))
	require.NoError(t, err)
	var schema struct {
		Resources map[string]struct {
			DeleteBeforeReplace bool
			Properties          map[string]schemaProperty
		}
	}
	require.NoError(t, json.Unmarshal(data, &schema))
	table, err := facts.Load()
	require.NoError(t, err)
	c := comparison{}
	for _, token := range table.Tokens() {
		resource, known := schema.Resources[token]
		if strings.HasPrefix(token, "random:") { // The schema is of the AWS provider alone.
			require.False(t, known, token)
			continue
		}
		require.True(t, known, token)
		c.fact(token, "deleteFirst", table[token].DeleteFirst, resource.DeleteBeforeReplace)
		c.properties(token, table[token].Inputs, resource.Properties)
		for name := range table[token].Outputs {
			there, known := resource.Properties[name]
			c.fact(token+" "+name, "output", true, known && (there.Computed || there.SDKOnly))
		}
	}
	require.NotEmpty(t, c)
	expected := map[string]bool{}
	for reason, places := range differences {
		for _, place := range places {
			expected[place] = true
			require.Contains(t, c, place, "no difference any more, remove it from %q", reason)
		}
	}
	for _, place := range slices.Sorted(maps.Keys(c)) {
		if !expected[place] {
			t.Errorf("%s: %s", place, c[place])
		}
	}
}

// comparison has a text for each difference.
type comparison map[string]string

func (c comparison) fact(place, name string, here, there any) {
	if fmt.Sprint(here) != fmt.Sprint(there) {
		c[place+" "+name] = fmt.Sprintf("the table has %v, the schema has %v", here, there)
	}
}

func (c comparison) properties(place string, table map[string]*facts.Property, schema map[string]schemaProperty) {
	top := !strings.Contains(place, " ")
	for name, p := range table {
		there, known := schema[name]
		here := place + " " + name
		c.fact(here, "input", true, known && there.Input)
		if !known || there.SDKOnly {
			continue
		}
		named := there.AutoName.MaxLength > 0 // Pulumi generates the name: it is neither required nor computed.
		c.fact(here, "required", p.Required, there.Required && !named)
		c.fact(here, "secret", p.Secret, there.Secret)
		c.fact(here, "set", p.Set, there.Set)
		c.fact(here, "maxItems", p.MaxItems, max(there.MaxItems, p.MaxItems))
		c.fact(here, "type", true, alikeTypes(p.Type, there.Type))
		if top {
			c.fact(here, "replaces", p.Replaces, there.ForceNew)
		}
		if top && !p.Required {
			c.fact(here, "computed", p.Computed, there.Computed && !named)
		}
		if there.Default != nil {
			c.fact(here, "default", p.Default, there.Default)
		}
		c.properties(here, p.Properties, there.Properties)
	}
}

// alikeTypes compares a kind of property with a type in the schema, where "string/integer" is an integer that may be
// null, and other names after a slash are those of enumerations and ARNs.
func alikeTypes(kind, there string) bool {
	kinds := map[string][]string{
		"string": {facts.String, facts.JSON}, "int": {facts.Int}, "float": {facts.Number}, "bool": {facts.Bool},
		"map<string": {facts.Map}, "list<string": {facts.Strings}, "one": {facts.Object}, "list": {facts.Objects},
	}
	if there == "string/integer" {
		return kind == facts.Int
	}
	plain, _, _ := strings.Cut(strings.TrimSuffix(there, ">"), "/")
	return slices.Contains(kinds[plain], kind)
}

// differences are the facts that differ from the schema, by reason.
var differences = map[string][]string{
	"Fargate requires it, or the awsvpc network mode": {
		"aws:ecs/service:Service networkConfiguration required",
		"aws:ecs/taskDefinition:TaskDefinition cpu required",
		"aws:ecs/taskDefinition:TaskDefinition memory required",
		"aws:ecs/taskDefinition:TaskDefinition networkMode required",
		"aws:ecs/taskDefinition:TaskDefinition requiresCompatibilities required",
	},
	"the sandbox does not model the alternative to it": {
		"aws:acm/certificate:Certificate domainName required",
		"aws:appautoscaling/policy:Policy targetTrackingScalingPolicyConfiguration predefinedMetricSpecification required",
		"aws:budgets/budget:Budget limitAmount required",
		"aws:budgets/budget:Budget limitUnit required",
		"aws:cloudwatch/metricAlarm:MetricAlarm metricQueries metric namespace required",
		"aws:cloudwatch/metricAlarm:MetricAlarm threshold required",
		"aws:ec2/flowLog:FlowLog logDestination required",
		"aws:ec2/flowLog:FlowLog trafficType required",
		"aws:ec2/route:Route destinationCidrBlock required",
		"aws:ec2/routeTable:RouteTable routes cidrBlock required",
		"aws:ec2/routeTableAssociation:RouteTableAssociation subnetId required",
		"aws:ec2/subnet:Subnet cidrBlock required",
		"aws:ec2/vpc:Vpc cidrBlock required",
		"aws:ecs/service:Service cluster required",
		"aws:ecs/service:Service loadBalancers targetGroupArn required",
		"aws:ecs/service:Service networkConfiguration securityGroups required",
		"aws:ecs/service:Service taskDefinition required",
		"aws:lb/listener:Listener port required",
		"aws:lb/loadBalancer:LoadBalancer subnets required",
		"aws:lb/targetGroup:TargetGroup port required",
		"aws:lb/targetGroup:TargetGroup protocol required",
		"aws:lb/targetGroup:TargetGroup vpcId required",
		"aws:rds/instance:Instance allocatedStorage required",
		"aws:rds/instance:Instance engine required",
		"aws:rds/instance:Instance username required",
		"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2 rules abortIncompleteMultipartUpload " +
			"daysAfterInitiation required",
		"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2 rules expiration days required",
		"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2 rules noncurrentVersionExpiration " +
			"noncurrentDays required",
	},
	"newer versions of the provider have it, or no longer require it": {
		"aws:budgets/budget:Budget tagsAll output",
		"aws:ec2/eip:Eip arn output",
		"aws:iam/openIdConnectProvider:OpenIdConnectProvider thumbprintLists computed",
		"aws:iam/openIdConnectProvider:OpenIdConnectProvider thumbprintLists required",
	},
	"a plan modifier of Terraform's plugin framework replaces, which a schema does not show": {
		"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule securityGroupId replaces",
		"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule securityGroupId replaces",
	},
	"a rule requires it, or another input in its place, so that AWS never fills it in": {
		"aws:acm/certificate:Certificate validationMethod computed",
		"aws:ec2/securityGroupRule:SecurityGroupRule sourceSecurityGroupId computed",
		"aws:ssm/parameter:Parameter insecureValue computed",
	},
	"0 stands for an unset value": {
		"aws:ecs/taskDefinition:TaskDefinition volumes efsVolumeConfiguration transitEncryptionPort default",
		"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2 rules expiration days default",
	},
}
