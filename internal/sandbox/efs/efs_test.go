package efs_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

const (
	keyType         = "aws:kms/key:Key"
	fileSystemType  = "aws:efs/fileSystem:FileSystem"
	mountTargetType = "aws:efs/mountTarget:MountTarget"
	accessPointType = "aws:efs/accessPoint:AccessPoint"
	backupType      = "aws:efs/backupPolicy:BackupPolicy"
	policyType      = "aws:efs/fileSystemPolicy:FileSystemPolicy"
)

var with = sandboxtest.Merge

// rule is one change to an otherwise valid resource, and the complete error.
type rule = sandboxtest.Break

// account has a key, a file system with a mount target in zone a, a One Zone file system, and a second VPC.
func account(t *testing.T) *sandboxtest.Account {
	t.Helper()
	a := sandboxtest.New(t)
	a.OtherNetwork()
	require.NoError(t, a.Make(keyType, "key", provider.Props{}))
	require.NoError(t, a.Make(fileSystemType, "fs", provider.Props{"creationToken": "taken", "encrypted": true}))
	require.NoError(t, a.Make(mountTargetType, "target", provider.Props{"fileSystemId": "$fs", "subnetId": "$subnet-a"}))
	require.NoError(t, a.Make(fileSystemType, "one", provider.Props{"availabilityZoneName": "eu-west-2b"}))
	return a
}

func TestFileSystemRules(t *testing.T) {
	t.Parallel()
	policies := func(items ...any) provider.Props { return provider.Props{"lifecyclePolicies": items} }
	toIA := provider.Props{"transitionToIa": "AFTER_30_DAYS"}
	back := provider.Props{"transitionToPrimaryStorageClass": "AFTER_1_ACCESS"}
	missing := "arn:aws:kms:eu-west-2:123456789012:key/missing"
	const oneKind = "lifecyclePolicies[0].transitionToIa: exactly one of [transitionToIa, transitionToPrimaryStorageClass] " +
		"must be set, got "
	account(t).BreakAll(t, fileSystemType, provider.Props{}, map[string]rule{
		"nothing set":      {provider.Props{}, ""},
		"encrypted":        {provider.Props{"encrypted": true, "kmsKeyId": "$key.arn"}, ""},
		"elastic":          {provider.Props{"throughputMode": "elastic"}, ""},
		"provisioned":      {provider.Props{"throughputMode": "provisioned", "provisionedThroughputInMibps": 1.0}, ""},
		"maxIO":            {provider.Props{"performanceMode": "maxIO"}, ""},
		"one zone":         {provider.Props{"availabilityZoneName": "eu-west-2a"}, ""},
		"transitions":      {policies(toIA, back), ""},
		"long token":       {provider.Props{"creationToken": strings.Repeat("t", 65)}, `creationToken: cannot be longer than 64 characters: "` + strings.Repeat("t", 65) + `" has 65`},
		"taken token":      {provider.Props{"creationToken": "taken"}, "FileSystemAlreadyExists: File system already exists with creation token 'taken'"},
		"key alone":        {provider.Props{"kmsKeyId": "$key.arn"}, "kmsKeyId: encrypted must be set to true when kms_key_id is specified"},
		"id of a key":      {provider.Props{"encrypted": true, "kmsKeyId": "$key"}, `kmsKeyId: "$key" does not match ^arn:[^:]+:kms:[^:]+:\d{12}:(key|alias)/.+$`},
		"missing key":      {provider.Props{"encrypted": true, "kmsKeyId": missing}, "ValidationException: The KMS key '" + missing + "' does not exist or is not enabled"},
		"unprovisioned":    {provider.Props{"throughputMode": "provisioned"}, "provisionedThroughputInMibps: missing required property when throughputMode is provisioned"},
		"throughput":       {provider.Props{"provisionedThroughputInMibps": 1.0}, "provisionedThroughputInMibps: must not be set when throughputMode is [bursting elastic]"},
		"too little":       {provider.Props{"throughputMode": "provisioned", "provisionedThroughputInMibps": 0.0}, "provisionedThroughputInMibps: expected a value in the range (1 - 3414), got 0"},
		"too much":         {provider.Props{"throughputMode": "provisioned", "provisionedThroughputInMibps": 3415.0}, "provisionedThroughputInMibps: expected a value in the range (1 - 3414), got 3415"},
		"unknown mode":     {provider.Props{"throughputMode": "fast"}, "throughputMode: expected one of [bursting, elastic, provisioned], got fast"},
		"performance":      {provider.Props{"performanceMode": "fast"}, "performanceMode: expected one of [generalPurpose, maxIO], got fast"},
		"elastic maxIO":    {provider.Props{"performanceMode": "maxIO", "throughputMode": "elastic"}, "performanceMode: BadRequest: Max I/O performance mode is not supported with Elastic throughput mode"},
		"one zone maxIO":   {provider.Props{"performanceMode": "maxIO", "availabilityZoneName": "eu-west-2a"}, "availabilityZoneName: BadRequest: Max I/O performance mode is not supported for One Zone file systems"},
		"unknown zone":     {provider.Props{"availabilityZoneName": "eu-west-2z"}, "UnsupportedAvailabilityZone: The Availability Zone 'eu-west-2z' is not supported"},
		"archive":          {policies(provider.Props{"transitionToArchive": "AFTER_90_DAYS"}), "lifecyclePolicies[0].transitionToArchive: the sandbox does not model this property; it models transitionToIa, transitionToPrimaryStorageClass\n" + oneKind + "[]"},
		"two in one":       {policies(with(toIA, back)), oneKind + "[transitionToIa, transitionToPrimaryStorageClass]"},
		"twice":            {policies(toIA, toIA), "lifecyclePolicies[1].transitionToIa: BadRequest: One or more LifecyclePolicy objects specified are malformed"},
		"after 2 days":     {policies(provider.Props{"transitionToIa": "AFTER_2_DAYS"}), "lifecyclePolicies[0].transitionToIa: expected one of [AFTER_1_DAY, AFTER_7_DAYS, AFTER_14_DAYS, AFTER_30_DAYS, AFTER_60_DAYS, AFTER_90_DAYS, AFTER_180_DAYS, AFTER_270_DAYS, AFTER_365_DAYS], got AFTER_2_DAYS"},
		"after 2 accesses": {policies(provider.Props{"transitionToPrimaryStorageClass": "AFTER_2_ACCESS"}), "lifecyclePolicies[0].transitionToPrimaryStorageClass: expected one of [AFTER_1_ACCESS], got AFTER_2_ACCESS"},
		"replicating":      {provider.Props{"protection": provider.Props{"replicationOverwrite": "REPLICATING"}}, "protection.replicationOverwrite: expected one of [ENABLED, DISABLED], got REPLICATING"},
	})
}

func TestMountTargetRules(t *testing.T) {
	t.Parallel()
	belong := "SecurityGroupNotFound: You have specified two resources that belong to different networks."
	conflict := "MountTargetConflict: "
	account(t).BreakAll(t, mountTargetType, provider.Props{"fileSystemId": "$fs", "subnetId": "$subnet-b"}, map[string]rule{
		"nothing else":      {provider.Props{}, ""},
		"group":             {provider.Props{"securityGroups": []any{"$group"}}, ""},
		"address":           {provider.Props{"ipAddress": "172.31.16.4"}, ""},
		"no file system":    {provider.Props{"fileSystemId": "fs-1"}, "FileSystemNotFound: File system 'fs-1' does not exist."},
		"no subnet":         {provider.Props{"subnetId": "subnet-1"}, "SubnetNotFound: The subnet ID 'subnet-1' does not exist"},
		"no group":          {provider.Props{"securityGroups": []any{"sg-1"}}, "SecurityGroupNotFound: The securityGroup ID 'sg-1' does not exist"},
		"same zone":         {provider.Props{"subnetId": "$subnet-a"}, conflict + "mount target already exists in this AZ"},
		"another VPC":       {provider.Props{"subnetId": "$other-subnet-b"}, conflict + "requested subnet for new mount target is not in the same VPC as existing mount targets"},
		"group elsewhere":   {provider.Props{"securityGroups": []any{"$other-group"}}, belong},
		"one zone":          {provider.Props{"fileSystemId": "$one"}, ""},
		"another zone":      {provider.Props{"fileSystemId": "$one", "subnetId": "$subnet-c"}, "AvailabilityZonesMismatch: The Availability Zone of the mount target (eu-west-2c) is not that of the file system (eu-west-2b)"},
		"no address":        {provider.Props{"ipAddress": "here"}, "ipAddress: expected a valid IPv4 address, got: here"},
		"IPv6 address":      {provider.Props{"ipAddress": "::1"}, "ipAddress: expected a valid IPv4 address, got: ::1"},
		"address elsewhere": {provider.Props{"ipAddress": "172.31.32.4"}, "BadRequest: Address 172.31.32.4 does not fall within the subnet's address range"},
		"the router":        {provider.Props{"ipAddress": "172.31.16.1"}, "BadRequest: Address 172.31.16.1 does not fall within the subnet's address range"},
		"the broadcast":     {provider.Props{"ipAddress": "172.31.31.255"}, "BadRequest: Address 172.31.31.255 does not fall within the subnet's address range"},
		"too many groups":   {provider.Props{"securityGroups": []any{"1", "2", "3", "4", "5", "6"}}, "securityGroups: expected at most 5 items, got 6"},
		"last address":      {provider.Props{"fileSystemId": "$one", "ipAddress": "172.31.31.254"}, ""},
	})
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	a := account(t)
	address := a.Got("target").State["ipAddress"]
	ip, err := netip.ParseAddr(address.(string))
	require.NoError(t, err)
	require.True(t, netip.MustParsePrefix("172.31.0.0/20").Contains(ip))
	require.NoError(t, a.Make(fileSystemType, "second", provider.Props{}))
	require.EqualError(t, a.Make(mountTargetType, "same", provider.Props{
		"fileSystemId": "$second", "subnetId": "$subnet-a", "ipAddress": address,
	}), "IpAddressInUse: IP Address "+ip.String()+" is already in use")
	// Of the 16 addresses of this subnet AWS reserves 5, so it is full after 11 mount targets.
	subnet := a.World.Get("aws:ec2/subnet:Subnet", a.Region, a.Got("subnet-c").ID)
	a.World.Edit(subnet)
	subnet.Props["cidrBlock"] = "172.31.32.0/28"
	for i := range 12 {
		name := string(rune('a' + i))
		require.NoError(t, a.Make(fileSystemType, name, provider.Props{}))
		err := a.Make(mountTargetType, name+"-target", provider.Props{"fileSystemId": "$" + name, "subnetId": "$subnet-c"})
		if i < 11 {
			require.NoError(t, err)
			continue
		}
		require.EqualError(t, err, "NoFreeAddressesInSubnet: The subnet has no free addresses")
	}
}

func TestAccessPointRules(t *testing.T) {
	t.Parallel()
	root := func(in provider.Props) provider.Props { return provider.Props{"rootDirectory": in} }
	info := func(change provider.Props) provider.Props {
		in := provider.Props{"ownerUid": 1000.0, "ownerGid": 1000.0, "permissions": "0755"}
		return root(provider.Props{"path": "/data", "creationInfo": with(in, change)})
	}
	const path = ` does not match ^(/|(/[^.$#<>;` + "`" + `|&?{}^*/\n][^$#<>;` + "`" + `|&?{}^*/\n]*){1,4})$`
	long := "/" + strings.Repeat("d", 100)
	account(t).BreakAll(t, accessPointType, provider.Props{"fileSystemId": "$fs"}, map[string]rule{
		"nothing else":    {provider.Props{}, ""},
		"user":            {provider.Props{"posixUser": provider.Props{"uid": 0.0, "gid": 4294967295.0}}, ""},
		"directory":       {info(nil), ""},
		"deep":            {root(provider.Props{"path": "/a/b/c/d"}), ""},
		"no file system":  {provider.Props{"fileSystemId": "fs-1"}, "FileSystemNotFound: File system 'fs-1' does not exist."},
		"half a user":     {provider.Props{"posixUser": provider.Props{"uid": 0.0}}, "posixUser.gid: missing required property"},
		"user too high":   {provider.Props{"posixUser": provider.Props{"uid": 4294967296.0, "gid": 0.0}}, "posixUser.uid: expected a value in the range (0 - 4294967295), got 4.294967296e+09"},
		"groups":          {provider.Props{"posixUser": provider.Props{"uid": 0.0, "gid": 0.0, "secondaryGids": []any{1.0}}}, "posixUser.secondaryGids: the sandbox does not model this property; it models gid, uid"},
		"relative":        {root(provider.Props{"path": "data"}), `rootDirectory.path: "data"` + path},
		"too deep":        {root(provider.Props{"path": "/a/b/c/d/e"}), `rootDirectory.path: "/a/b/c/d/e"` + path},
		"too long":        {root(provider.Props{"path": long}), `rootDirectory.path: cannot be longer than 100 characters: "` + long + `" has 101`},
		"half a creation": {info(provider.Props{"ownerUid": nil}), "rootDirectory.creationInfo.ownerUid: missing required property"},
		"permissions":     {info(provider.Props{"permissions": "rwx"}), `rootDirectory.creationInfo.permissions: "rwx" does not match ^[0-7]{3,4}$`},
	})
}

func TestPolicyRules(t *testing.T) {
	t.Parallel()
	policy := func(effect, principal string) provider.Props {
		return provider.Props{"policy": `{"Version": "2012-10-17", "Statement": [{"Effect": "` + effect + `",
 "Principal": {"AWS": "` + principal + `"}, "Action": "elasticfilesystem:*"}]}`}
	}
	root := "arn:aws:iam::123456789012:root"
	base := with(policy("Allow", root), provider.Props{"fileSystemId": "$fs"})
	account(t).BreakAll(t, policyType, base, map[string]rule{
		"the account":     {provider.Props{}, ""},
		"another account": {policy("Deny", "arn:aws:iam::210987654321:root"), ""},
		"lockout":         {policy("Deny", root), "InvalidPolicyException: The policy would lock you out of future PutFileSystemPolicy requests"},
		"bypass":          {with(policy("Deny", root), provider.Props{"bypassPolicyLockoutSafetyCheck": true}), ""},
		"stranger":        {policy("Allow", "me"), "InvalidPolicyException: Policy contains an invalid Principal block: me"},
		"effect":          {policy("Permit", root), `policy: InvalidPolicyException: statement "": Invalid effect: Permit`},
		"no JSON":         {provider.Props{"policy": "{"}, "policy: contains invalid JSON"},
		"no file system":  {provider.Props{"fileSystemId": "fs-1"}, "FileSystemNotFound: File system 'fs-1' does not exist."},
	})
	account(t).BreakAll(t, backupType, provider.Props{"fileSystemId": "$fs", "backupPolicy": provider.Props{"status": "ENABLED"}},
		map[string]rule{
			"backup":               {provider.Props{}, ""},
			"status":               {provider.Props{"backupPolicy": provider.Props{"status": "ON"}}, "backupPolicy.status: expected one of [ENABLED, DISABLED], got ON"},
			"backup of nothing":    {provider.Props{"fileSystemId": "fs-1"}, "FileSystemNotFound: File system 'fs-1' does not exist."},
			"no policy for backup": {provider.Props{"backupPolicy": nil}, "backupPolicy: missing required property"},
		})
}

func TestLifecycle(t *testing.T) {
	t.Parallel()
	a := account(t)
	require.NoError(t, a.Make(sandboxtest.SecurityGroup, "nfs", provider.Props{"vpcId": "$vpc"}))
	status := func(s string) provider.Props { return provider.Props{"backupPolicy": provider.Props{"status": s}} }
	for _, step := range []struct {
		token, name string
		in          provider.Props
	}{
		{mountTargetType, "second", provider.Props{"subnetId": "$subnet-b"}},
		{accessPointType, "point", provider.Props{}},
		{backupType, "backup", status("ENABLED")},
		{policyType, "policy", provider.Props{"policy": `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
 "Principal": "*", "Action": "elasticfilesystem:ClientMount"}]}`}},
	} {
		require.NoError(t, a.Make(step.token, step.name, with(step.in, provider.Props{"fileSystemId": "$fs"})), step.name)
	}
	require.EqualError(t, a.Make(backupType, "twice", with(status("ENABLED"), provider.Props{"fileSystemId": "$fs"})),
		a.Text("the sandbox refuses a second backup policy of file system '$fs': AWS would overwrite the first"))
	fs := a.Got("fs")
	require.Equal(t, "arn:aws:elasticfilesystem:eu-west-2:123456789012:file-system/"+fs.ID, fs.State["arn"])
	require.Equal(t, fs.ID+".efs.eu-west-2.amazonaws.com", fs.State["dnsName"])
	require.Regexp(t, "^arn:aws:kms:eu-west-2:123456789012:key/", fs.State["kmsKeyId"], "the account's own key")
	target := a.Got("second")
	require.Equal(t, []any{a.Got("group").ID}, target.State["securityGroups"], "the VPC's default group")
	require.Equal(t, "eu-west-2b."+fs.ID+".efs.eu-west-2.amazonaws.com", target.State["mountTargetDnsName"])
	a.Steady(t, "fs", "second", "point", "backup", "policy")
	require.NoError(t, a.Change("fs", provider.Props{"throughputMode": "elastic"}))
	require.NoError(t, a.Change("second", provider.Props{"securityGroups": []any{"$nfs"}}))
	require.NoError(t, a.Change("point", provider.Props{"tags": provider.Props{"a": "b"}}))
	require.NoError(t, a.Change("backup", status("DISABLED")))
	require.EqualError(t, a.Remove("nfs"), a.Text("DependencyViolation: resource $nfs has a dependent object"))
	require.EqualError(t, a.Remove("fs"), a.Text("FileSystemInUse: The file system '$fs' cannot be deleted because it has "+
		"mount targets. You must delete the mount targets, and then try again."))
	require.NoError(t, a.Remove("second"))
	require.NoError(t, a.RemoveAll())
	require.Empty(t, a.World.List(fileSystemType, a.Region))
	require.Empty(t, a.World.List(accessPointType, a.Region))
}
