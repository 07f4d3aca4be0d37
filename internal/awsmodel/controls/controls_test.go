package controls_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/controls"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
)

// statuses returns the results that differ from those of the good account, by id.
func statuses(t *testing.T, resources map[string]*graph.Resource) map[string]controls.Result {
	t.Helper()
	ordered := make([]*graph.Resource, 0, len(resources))
	for _, name := range slices.Sorted(maps.Keys(resources)) {
		ordered = append(ordered, resources[name])
	}
	changed := map[string]controls.Result{}
	for _, r := range controls.Check(graph.New(ordered...)) {
		if r.Status != controls.Pass && !slices.Contains(beyond, r.ID) {
			changed[r.ID] = r
		}
	}
	return changed
}

// beyond are the controls that no graph can decide.
var beyond = []string{"EFS.2", "RDS.26", "KMS.3", "S3.1"}

// put sets the value at a dotted path of a resource; nil deletes it.
func put(resource *graph.Resource, path string, value any) {
	object := map[string]any(resource.Props)
	keys := strings.Split(path, ".")
	for _, key := range keys[:len(keys)-1] {
		object = object[key].(map[string]any)
	}
	if value == nil {
		delete(object, keys[len(keys)-1])
		return
	}
	object[keys[len(keys)-1]] = value
}

func TestGoodAccountPasses(t *testing.T) {
	t.Parallel()
	require.Empty(t, statuses(t, account()))
	for _, r := range controls.Check(graph.New()) {
		require.Equal(t, controls.NotApplicable, r.Status, r.ID)
		require.NotEmpty(t, r.Reason, r.ID)
	}
}

// TestOneBreakage changes one property of a good account. The named controls fail, and the results of all others do not
// change. If the property is unknown instead, the named controls are undecided.
func TestOneBreakage(t *testing.T) {
	t.Parallel()
	covered := map[string]bool{"S3.2": true, "S3.3": true, "S3.12": true} // By TestPublicBuckets.
	for _, b := range breakages {
		for _, id := range strings.Fields(b.ids) {
			covered[id] = true
		}
		t.Run(b.ids+" "+b.path, func(t *testing.T) {
			t.Parallel()
			broken := account()
			put(broken[b.resource], b.path, b.value)
			var ids []string
			changed := statuses(t, broken)
			for id, r := range changed {
				if r.Status == controls.NotApplicable {
					continue
				}
				ids = append(ids, id)
				require.Equal(t, controls.Fail, r.Status, id)
				require.Len(t, r.Findings, 1, id)
				require.Equal(t, r.Fix, r.Findings[0].Fix)
				require.NotEmpty(t, r.Fix, id)
			}
			require.ElementsMatch(t, strings.Fields(b.ids), ids)
			require.Equal(t, b.why, changed[strings.Fields(b.ids)[0]].Findings[0].Why)
		})
		t.Run(b.ids+" "+b.path+" unknown", func(t *testing.T) {
			t.Parallel()
			later := account()
			put(later[b.resource], b.path, graph.Unknown{})
			changed := statuses(t, later)
			for _, id := range strings.Fields(b.ids) {
				require.Equal(t, controls.Undecided, changed[id].Status, id)
				require.Empty(t, changed[id].Findings[0].Fix)
			}
			for id, r := range changed {
				require.NotEqual(t, controls.Fail, r.Status, id)
			}
		})
	}
	for _, r := range controls.Check(graph.New()) {
		require.True(t, covered[r.ID] || slices.Contains(beyond, r.ID), "no case breaks %s", r.ID)
	}
}

// TestAbsent deletes one resource or property for which the provider or AWS has a default.
func TestAbsent(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ resource, path, ids string }{
		"platform version":          {"service", "platformVersion", ""},
		"public address":            {"service", "networkConfiguration.assignPublicIp", ""},
		"desync mode":               {"alb", "desyncMitigationMode", ""},
		"header fields":             {"alb", "dropInvalidHeaderFields", "ELB.4"},
		"small updates":             {"database", "autoMinorVersionUpgrade", ""},
		"port":                      {"database", "port", "RDS.23"},
		"parameters":                {"database", "parameterGroupName", ""},
		"retention":                 {"logs", "retentionInDays", ""},
		"alarm actions":             {"alarm", "actionsEnabled", ""},
		"rotation":                  {"key", "enableKeyRotation", "KMS.4"},
		"tag mutability":            {"repository", "imageTagMutability", "ECR.2"},
		"public access block":       {"block", "", ""},
		"one setting of the block":  {"block", "blockPublicAcls", "S3.8"},
		"policy of the bucket":      {"bucketPolicy", "", "S3.5"},
		"policy of the topic":       {"topicPolicy", "", ""},
		"lifecycle of the bucket":   {"lifecycle", "", "S3.13"},
		"flow log":                  {"flowLog", "", "EC2.6"},
		"managed default group":     {"defaultGroup", "", "EC2.2"},
		"firewall":                  {"acl", "", "ELB.16"},
		"backup policy":             {"backup", "", "EFS.7"},
		"lifecycle of images":       {"images", "", "ECR.3"},
		"listener's TLS policy":     {"https", "sslPolicy", "ELB.17"},
		"endpoint":                  {"endpoint-ssm", "", "EC2.57"},
		"redirecting HTTP listener": {"http", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resources := account()
			if test.path == "" {
				delete(resources, test.resource)
			} else {
				put(resources[test.resource], test.path, nil)
			}
			require.ElementsMatch(t, strings.Fields(test.ids), slices.Collect(maps.Keys(statuses(t, resources))))
		})
	}
}

// TestOutOfScope has resources to which a control does not apply.
func TestOutOfScope(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		resource, path string
		value          any
		id, reason     string
	}{
		"no file system":   {"task", "volumes", nil, "ECS.18", "the tasks mount no EFS volume"},
		"Windows":          {"task", "runtimePlatform", map[string]any{"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}, "ECS.20", "the containers are not for Linux"},
		"EC2 instances":    {"service", "launchType", "EC2", "ECS.10", "the service does not run on Fargate"},
		"network":          {"alb", "loadBalancerType", "network", "ELB.4", "no load balancer is an Application Load Balancer"},
		"functions":        {"targets", "targetType", "lambda", "ELB.22", "the targets are functions, load balancers or appliances"},
		"plain listener":   {"https", "protocol", "HTTP", "ELB.17", "no listener uses TLS"},
		"unused VPC":       {"group", "vpcId", "vpc-other", "EC2.2", "no security group but the default one is in the VPC: nothing uses it"},
		"another engine":   {"database", "engine", "oracle-se2", "RDS.9", "what AWS expects of engine oracle-se2 is not in this table"},
		"replica":          {"database", "replicateSourceDb", "db-1", "RDS.11", "the database is a replica"},
		"asymmetric key":   {"key", "customerMasterKeySpec", "RSA_2048", "KMS.4", "AWS rotates only symmetric keys"},
		"nothing like it":  {"certificate", "keyAlgorithm", "", "S3.1", "the account's own setting is not part of a stack"},
		"only the account": {"certificate", "keyAlgorithm", "", "EFS.2", "backup plans of AWS Backup belong to the account and select resources by tags: they are not part of a stack"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resources := account()
			put(resources[test.resource], test.path, test.value)
			for _, r := range controls.Check(graph.New(slices.Collect(maps.Values(resources))...)) {
				if r.ID == test.id {
					require.Equal(t, controls.NotApplicable, r.Status)
					require.Equal(t, test.reason, r.Reason)
				}
			}
		})
	}
}

// TestPublicBuckets turns off a setting that blocks public access, and adds a policy or list that allows it. Neither
// alone makes the bucket public.
func TestPublicBuckets(t *testing.T) {
	t.Parallel()
	everybody := func(action string) string {
		return tls + `, {"Sid": "All", "Effect": "Allow", "Principal": "*", "Action": "` + action + `", "Resource": "*"}]}`
	}
	list := func(name string) *graph.Resource {
		return of("aws:s3/bucketAclV2:BucketAclV2", object{"bucket": "logs-of-requests", "acl": name})
	}
	for name, test := range map[string]struct {
		setting string
		policy  any
		list    *graph.Resource
		ids     string
	}{
		"read":              {"restrictPublicBuckets", everybody("s3:Get*"), nil, "S3.2 S3.8"},
		"write":             {"restrictPublicBuckets", everybody("s3:PutObject"), nil, "S3.3 S3.8"},
		"everything":        {"restrictPublicBuckets", everybody("*"), nil, "S3.2 S3.3 S3.6 S3.8"},
		"not yet":           {"restrictPublicBuckets", graph.Unknown{}, nil, "S3.2? S3.3? S3.5? S3.6? S3.8"},
		"in spite of":       {"blockPublicAcls", everybody("s3:Get*"), nil, "S3.8"},
		"nothing":           {"restrictPublicBuckets", tls + "]}", nil, "S3.8"},
		"by a list":         {"ignorePublicAcls", tls + "]}", list("public-read"), "S3.2 S3.8 S3.12"},
		"for writing":       {"ignorePublicAcls", tls + "]}", list("public-read-write"), "S3.2 S3.3 S3.8 S3.12"},
		"list without use":  {"blockPublicPolicy", tls + "]}", list("public-read"), "S3.8 S3.12"},
		"the owner's alone": {"blockPublicPolicy", tls + "]}", list("private"), "S3.8"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resources := account()
			put(resources["block"], test.setting, false)
			put(resources["bucketPolicy"], "policy", test.policy)
			if test.list != nil {
				resources["list"] = test.list
			}
			var ids []string
			for id, r := range statuses(t, resources) {
				if r.Status == controls.Undecided {
					id += "?"
				}
				ids = append(ids, id)
			}
			require.ElementsMatch(t, strings.Fields(test.ids), ids)
		})
	}
}

func TestResultAsData(t *testing.T) {
	t.Parallel()
	broken := account()
	put(broken["service"], "networkConfiguration.assignPublicIp", true)
	result := controls.Check(graph.New(broken["service"]))[0]
	text, err := json.Marshal(result)
	require.NoError(t, err)
	require.JSONEq(t, `{
		"id": "ECS.2", "severity": "high", "title": "Tasks get no public address", "status": "fail",
		"page": "https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-2",
		"fix": "set network.placement: private, with network.natGateways or network.endpoints for outbound access; in either case the tasks' security group lets in only the load balancer",
		"findings": [{
			"status": "fail", "type": "aws:ecs/service:Service", "resource": "service",
			"property": "networkConfiguration.assignPublicIp", "why": "networkConfiguration.assignPublicIp is true",
			"fix": "set network.placement: private, with network.natGateways or network.endpoints for outbound access; in either case the tasks' security group lets in only the load balancer"
		}]
	}`, string(text))
}

// TestIdsAreUnique also checks that every page matches AWS's pattern.
func TestIdsAreUnique(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range controls.Check(graph.New()) {
		require.False(t, seen[r.ID], r.ID)
		seen[r.ID] = true
		require.Regexp(t, `^https://docs\.aws\.amazon\.com/securityhub/latest/userguide/[a-z0-9]+-controls\.html#[a-z0-9]+-\d+$`, r.Page)
		require.NotEmpty(t, r.Title, r.ID)
	}
	require.Len(t, seen, 79)
}
