package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/iampolicy"
)

func uploadsArgs() UploadsArgs {
	return UploadsArgs{
		VpcId: pulumi.String("vpc-1"), SubnetIds: pulumi.ToStringArray([]string{"subnet-a", "subnet-b"}),
		ServiceSecurityGroupId: pulumi.String("sg-service"),
	}
}

func recordUploads(t *testing.T, args UploadsArgs) *recorder {
	t.Helper()
	return record(t, func(ctx *pulumi.Context, r *recorder) error {
		uploads, err := NewUploads(ctx, "beats", &args)
		if err != nil {
			return err
		}
		r.capture("fileSystemId", uploads.FileSystemId)
		r.capture("fileSystemArn", uploads.FileSystemArn)
		r.capture("accessPointId", uploads.AccessPointId)
		r.capture("accessPointArn", uploads.AccessPointArn)
		r.capture("securityGroupId", uploads.SecurityGroupId)
		return nil
	})
}

func TestUploads(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:elasticfilesystem:eu-west-2:123456789012:"
	r := recordUploads(t, uploadsArgs())
	require.Equal(t, []string{
		"beats", "beats-uploads", "beats-uploads-access", "beats-uploads-backup", "beats-uploads-egress",
		"beats-uploads-group", "beats-uploads-ingress", "beats-uploads-mount-0", "beats-uploads-mount-1",
		"beats-uploads-policy",
	}, r.names())
	require.Equal(t, map[string]string{
		"beats-uploads-egress":  "sg-service 2049-2049 beats-uploads-group.id",
		"beats-uploads-ingress": "beats-uploads-group.id 2049-2049 sg-service",
	}, rules(t, r))
	require.Equal(t, map[string]any{
		"encrypted": true, "throughputMode": "elastic", "lifecyclePolicies": []any{
			map[string]any{"transitionToIa": "AFTER_30_DAYS"},
			map[string]any{"transitionToPrimaryStorageClass": "AFTER_1_ACCESS"},
		},
	}, r.inputs(t, "beats-uploads"))
	require.False(t, r.resources["beats-uploads"].RegisterRPC.GetProtect())
	require.Equal(t, map[string]any{
		"fileSystemId": "beats-uploads.id", "posixUser": map[string]any{"uid": 65534.0, "gid": 65534.0},
		"rootDirectory": map[string]any{
			"path":         "/songs",
			"creationInfo": map[string]any{"ownerUid": 65534.0, "ownerGid": 65534.0, "permissions": "0755"},
		},
	}, r.inputs(t, "beats-uploads-access"))
	require.Equal(t, map[string]any{
		"fileSystemId": "beats-uploads.id", "backupPolicy": map[string]any{"status": "ENABLED"},
	}, r.inputs(t, "beats-uploads-backup"))
	for name, subnet := range map[string]string{"beats-uploads-mount-0": "subnet-a", "beats-uploads-mount-1": "subnet-b"} {
		require.Equal(t, map[string]any{
			"fileSystemId": "beats-uploads.id", "subnetId": subnet, "securityGroups": []any{"beats-uploads-group.id"},
		}, r.inputs(t, name))
	}
	require.Equal(t, map[string]any{
		"fileSystemId": "beats-uploads.id", "fileSystemArn": arn + "beats-uploads", "accessPointId": "beats-uploads-access.id",
		"accessPointArn": arn + "beats-uploads-access", "securityGroupId": "beats-uploads-group.id",
	}, r.outputs)
}

func TestUploadsArgsReachTheirResources(t *testing.T) {
	t.Parallel()
	args := uploadsArgs()
	args.Backup, args.Protect, args.KmsKeyArn = new(false), true, pulumi.String("arn:key")
	args.SubnetIds, args.SubnetCount = pulumi.ToStringArray([]string{"a", "b", "c"}).ToStringArrayOutput(), 3
	r := recordUploads(t, args)
	require.Equal(t, "arn:key", r.inputs(t, "beats-uploads")["kmsKeyId"])
	require.Equal(t, []string{"kmsKeyId"}, r.resources["beats-uploads"].RegisterRPC.GetIgnoreChanges(),
		"another key would replace the files")
	require.True(t, r.resources["beats-uploads"].RegisterRPC.GetProtect())
	require.Equal(t, map[string]any{"status": "DISABLED"}, r.inputs(t, "beats-uploads-backup")["backupPolicy"])
	require.Equal(t, "c", r.inputs(t, "beats-uploads-mount-2")["subnetId"])
}

func TestUploadsPolicy(t *testing.T) {
	t.Parallel()
	const (
		files  = "arn:aws:elasticfilesystem:eu-west-2:123456789012:file-system/fs-1"
		access = "arn:aws:elasticfilesystem:eu-west-2:123456789012:access-point/fsap-1"
		role   = "arn:aws:iam::123456789012:role/task"
	)
	policy := uploadsPolicy(files, access)
	text, err := policy.RenderResource()
	require.NoError(t, err)
	const client = `"Principal":{"AWS":["*"]},"Action":["elasticfilesystem:ClientMount",` +
		`"elasticfilesystem:ClientRootAccess","elasticfilesystem:ClientWrite"],"Resource":["` + files + `"],"Condition":`
	require.Equal(t, `{"Version":"2012-10-17","Statement":[`+
		`{"Sid":"OnlyTls","Effect":"Deny",`+client+`{"Bool":{"aws:SecureTransport":["false"]}}},`+
		`{"Sid":"OnlyMountTargets","Effect":"Deny",`+client+
		`{"Bool":{"elasticfilesystem:AccessedViaMountTarget":["false"]}}},`+
		`{"Sid":"OnlyAccessPoint","Effect":"Deny",`+client+
		`{"StringNotEquals":{"elasticfilesystem:AccessPointArn":["`+access+`"]}}}]}`, text)

	own := iampolicy.Document{Statements: []iampolicy.Statement{
		allow("Uploads", []string{"elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"}, files),
	}}
	request := func(tls, point string) iampolicy.Request {
		return iampolicy.Request{
			Principal: role, Action: "elasticfilesystem:ClientMount", Resource: files, Context: map[string]string{
				"aws:SecureTransport": tls, "elasticfilesystem:AccessedViaMountTarget": "true",
				"elasticfilesystem:AccessPointArn": point,
			},
		}
	}
	for name, test := range map[string]struct {
		request iampolicy.Request
		own     []iampolicy.Document
		want    iampolicy.Verdict
	}{
		"task":               {request("true", access), []iampolicy.Document{policy, own}, iampolicy.Allowed},
		"plain NFS":          {request("false", access), []iampolicy.Document{policy, own}, iampolicy.ExplicitDeny},
		"other access point": {request("true", access+"2"), []iampolicy.Document{policy, own}, iampolicy.ExplicitDeny},
		"no permission":      {request("true", access), []iampolicy.Document{policy}, iampolicy.ImplicitDeny},
	} {
		decision, err := iampolicy.Evaluate(test.request, test.own...)
		require.NoError(t, err)
		require.Equal(t, test.want, decision.Verdict, name)
	}
}

func TestUploadsRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		edit func(*UploadsArgs)
		want string
	}{
		"VPC": {func(a *UploadsArgs) { a.VpcId = nil }, "VpcId must be given"},
		"no subnets": {
			func(a *UploadsArgs) { a.SubnetIds, a.SubnetCount = nil, 1 }, "SubnetIds must be given",
		},
		"not counted": {
			func(a *UploadsArgs) { a.SubnetIds = pulumi.ToStringArray([]string{"a"}).ToStringArrayOutput() },
			"SubnetCount 0 must be the number of SubnetIds, at least 1",
		},
		"wrong count": {func(a *UploadsArgs) { a.SubnetCount = 3 }, "SubnetCount 3 must be the number of SubnetIds, 2"},
		"service group": {
			func(a *UploadsArgs) { a.ServiceSecurityGroupId = nil }, "ServiceSecurityGroupId must be given",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := uploadsArgs()
			test.edit(&args)
			err := refuse(t, func(ctx *pulumi.Context) error {
				_, err := NewUploads(ctx, "beats", &args)
				return err
			})
			require.EqualError(t, err, `check args of livebeats:index:Uploads "beats": `+test.want)
		})
	}
}

// A wrong count is an error once the subnets are known, and no mount target is created.
func TestUploadsRefusesAWrongCountOfAnOutput(t *testing.T) {
	t.Parallel()
	args := uploadsArgs()
	args.SubnetIds, args.SubnetCount = pulumi.ToStringArray([]string{"a", "b"}).ToStringArrayOutput(), 1
	r, err := tryMode(func(ctx *pulumi.Context, _ *recorder) error {
		_, err := NewUploads(ctx, "beats", &args)
		return err
	}, false)
	require.ErrorContains(t, err, `create mount targets of "beats": SubnetIds are [a b], but SubnetCount is 1`)
	require.NotContains(t, r.names(), "beats-uploads-mount-0")
}
