package rds_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/rds"
)

func TestInstanceRules(t *testing.T) {
	t.Parallel()
	const (
		combination = "InvalidParameterCombination: "
		value       = "InvalidParameterValue: "
		identifier  = ` does not match ^[a-z](-?[0-9a-z])*$`
		notOffered  = "instanceClass: " + combination + "RDS does not support creating a DB instance with the following combination: DBInstanceClass="
	)
	unsupported := func(class, version string) string {
		return notOffered + class + ", Engine=postgres, EngineVersion=" + version + ", LicenseModel=postgresql-license. For supported combinations of instance class and database engine version, see the documentation."
	}
	missingKey := "arn:aws:kms:eu-west-2:123456789012:key/missing"
	set := func(name string, v any) provider.Props { return provider.Props{name: v} }
	account(t).BreakAll(t, instanceType, good, map[string]rule{
		"good":            {provider.Props{}, ""},
		"no identifier":   {set("identifier", nil), ""},
		"capitals":        {set("identifier", "LiveBeats"), `identifier: "LiveBeats"` + identifier},
		"digit":           {set("identifier", "1db"), `identifier: "1db"` + identifier},
		"two hyphens":     {set("identifier", "d--b"), `identifier: "d--b"` + identifier},
		"last hyphen":     {set("identifier", "db-"), `identifier: "db-"` + identifier},
		"long identifier": {set("identifier", strings.Repeat("i", 64)), `identifier: cannot be longer than 63 characters: "` + strings.Repeat("i", 64) + `" has 64`},
		"taken":           {set("identifier", "taken"), "DBInstanceAlreadyExists: DB instance already exists"},
		"engine":          {set("engine", "mysql"), "engine: expected one of [postgres], got mysql"},
		"no engine":       {set("engine", nil), "engine: missing required property"},
		"class":           {set("instanceClass", "t4g.micro"), "instanceClass: " + value + "Invalid DB Instance class: t4g.micro"},
		"no class":        {set("instanceClass", nil), "instanceClass: missing required property"},
		"old class":       {set("instanceClass", "db.t2.micro"), unsupported("db.t2.micro", "17.6")},
		"old and version": {provider.Props{"instanceClass": "db.r4.large", "engineVersion": "16"}, unsupported("db.r4.large", "16")},
		"newer class":     {set("instanceClass", "db.r9g.large"), ""},
		"large class":     {set("instanceClass", "db.r6g.2xlarge"), ""},
		"memory class":    {set("instanceClass", "db.x2iedn.32xlarge"), ""},
		"major version":   {set("engineVersion", "16"), ""},
		"minor version":   {set("engineVersion", "16.10"), ""},
		"newer version":   {set("engineVersion", "16.99"), ""},
		"withdrawn":       {set("engineVersion", "16.1"), "engineVersion: " + combination + "Cannot find version 16.1 for postgres"},
		"old version":     {set("engineVersion", "9.6"), "engineVersion: " + combination + "Cannot find version 9.6 for postgres"},
		"no version":      {set("engineVersion", "latest"), "engineVersion: " + combination + "Cannot find version latest for postgres"},
		"reserved user":   {set("username", "admin"), "username: " + value + "MasterUsername admin cannot be used as it is a reserved word used by the engine"},
		"RDS's user":      {set("username", "rdsadmin"), "username: " + value + "MasterUsername rdsadmin cannot be used as it is a reserved word used by the engine"},
		"postgres":        {set("username", "postgres"), ""},
		"no user":         {set("username", nil), "username: missing required property"},
		"user":            {set("username", "1user"), `username: "1user" does not match ^[A-Za-z][0-9A-Za-z_]*$`},
		"long user":       {set("username", strings.Repeat("u", 64)), `username: cannot be longer than 63 characters: "` + strings.Repeat("u", 64) + `" has 64`},
		"no password":     {set("password", nil), "password: " + value + "The parameter MasterUserPassword must be provided and must not be blank."},
		"short password":  {set("password", "1234567"), "password: " + value + "The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters."},
		"long password":   {set("password", strings.Repeat("p", 129)), "password: " + value + "The parameter MasterUserPassword is not a valid password because it is longer than 128 characters."},
		"at":              {set("password", "correct@horse"), "password: " + value + `The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '"', ' ' may be used.`},
		"umlaut":          {set("password", "körrect-horse"), "password: " + value + `The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '"', ' ' may be used.`},
		"managed":         {provider.Props{"manageMasterUserPassword": true, "password": nil}, ""},
		"both passwords":  {set("manageMasterUserPassword", true), "password: at most one of [manageMasterUserPassword, password] must be set, got [manageMasterUserPassword, password]"},
		"database":        {set("dbName", "live-beats"), `dbName: "live-beats" does not match ^[A-Za-z_][0-9A-Za-z_]*$`},
		"long database":   {set("dbName", strings.Repeat("d", 64)), `dbName: cannot be longer than 63 characters: "` + strings.Repeat("d", 64) + `" has 64`},
		"reserved name":   {set("dbName", "db"), "dbName: " + value + "DBName db cannot be used. It is a reserved word for this engine"},
		"port":            {set("port", 1149.0), "port: expected a value in the range (1150 - 65535), got 1149"},
		"high port":       {set("port", 65536.0), "port: expected a value in the range (1150 - 65535), got 65536"},
		"retention":       {set("backupRetentionPeriod", 36.0), "backupRetentionPeriod: expected a value in the range (0 - 35), got 36"},
		"encrypted":       {provider.Props{"storageEncrypted": true, "kmsKeyId": "$key.arn"}, ""},
		"key alone":       {set("kmsKeyId", "$key.arn"), "kmsKeyId: must not be set when storageEncrypted is false"},
		"id of a key":     {provider.Props{"storageEncrypted": true, "kmsKeyId": "id"}, `kmsKeyId: "id" does not match ^arn:[^:]+:kms:[^:]+:\d{12}:(key|alias)/.+$`},
		"missing key":     {provider.Props{"storageEncrypted": true, "kmsKeyId": missingKey}, "KMSKeyNotAccessibleFault: The specified KMS key [" + missingKey + "] does not exist, is not enabled or you do not have permissions to access it."},
		"logs":            {set("enabledCloudwatchLogsExports", []any{"postgresql", "upgrade"}), ""},
		"unknown log":     {set("enabledCloudwatchLogsExports", []any{"audit"}), "enabledCloudwatchLogsExports[0]: expected one of [postgresql, upgrade, iam-db-auth-error], got audit"},
		"certificate":     {set("caCertIdentifier", "rds-ca-2019"), "caCertIdentifier: expected one of [rds-ca-rsa2048-g1, rds-ca-rsa4096-g1, rds-ca-ecc384-g1], got rds-ca-2019"},
		"licence":         {set("licenseModel", "general-public-license"), "licenseModel: expected one of [postgresql-license], got general-public-license"},
		"snapshot":        {set("finalSnapshotIdentifier", "a--b"), `finalSnapshotIdentifier: "a--b" does not match ^[A-Za-z](-?[0-9A-Za-z])+$`},
		"long snapshot":   {set("finalSnapshotIdentifier", strings.Repeat("s", 256)), `finalSnapshotIdentifier: cannot be longer than 255 characters: "` + strings.Repeat("s", 256) + `" has 256`},
	})
	require.ErrorContains(t, account(t).Make(instanceType, "it", with(good, set("replicateSourceDb", "taken"))),
		"replicateSourceDb: the sandbox does not model this property; it models ")
}

func TestFeatureRules(t *testing.T) {
	t.Parallel()
	const combination = "InvalidParameterCombination: "
	days := func(n float64) provider.Props {
		return provider.Props{"performanceInsightsEnabled": true, "performanceInsightsRetentionPeriod": n}
	}
	advanced := provider.Props{"databaseInsightsMode": "advanced"}
	notAdvanced := "databaseInsightsMode: " + combination + "To enable the Advanced mode of Database Insights, enable Performance Insights and set its retention period to at least 465 days."
	invalidDays := "performanceInsightsRetentionPeriod: InvalidParameterValue: Invalid Performance Insights retention period. Valid values are: 7, 31 * n (n from 1 to 23), 731. Got "
	monitor := func(role string) provider.Props {
		return provider.Props{"monitoringInterval": 60.0, "monitoringRoleArn": role}
	}
	untrusted := "InvalidParameterValue: IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING"
	windows := func(backup, maintenance any) provider.Props {
		return provider.Props{"backupWindow": backup, "maintenanceWindow": maintenance}
	}
	const (
		backup      = `backupWindow: %s does not match ^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$`
		maintenance = `maintenanceWindow: %s does not match ^(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d-(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d$`
		overlap     = "backupWindow: InvalidParameterValue: The backup window and maintenance window must not overlap."
	)
	account(t).BreakAll(t, instanceType, good, map[string]rule{
		"two zones":          {provider.Props{"multiAz": true}, ""},
		"two and one":        {provider.Props{"multiAz": true, "availabilityZone": "eu-west-2a"}, "availabilityZone: " + combination + "Requesting a specific availability zone is not valid for Multi-AZ instances."},
		"monitored":          {monitor("$monitor.arn"), ""},
		"often":              {provider.Props{"monitoringInterval": 2.0}, "monitoringInterval: expected one of [0, 1, 5, 10, 15, 30, 60], got 2"},
		"no role":            {provider.Props{"monitoringInterval": 60.0}, "monitoringRoleArn: " + combination + "A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0."},
		"no interval":        {provider.Props{"monitoringRoleArn": "$monitor.arn"}, "monitoringRoleArn: " + combination + "You must specify a MonitoringInterval value other than 0 when you specify a MonitoringRoleARN value."},
		"role's name":        {monitor("monitor"), `monitoringRoleArn: "monitor" does not match ^arn:[^:]+:iam::\d{12}:role/.+$`},
		"missing role":       {monitor("arn:aws:iam::123456789012:role/missing"), untrusted},
		"untrusted":          {monitor("$tasks.arn"), untrusted},
		"insights":           {days(7), ""},
		"months":             {days(93), ""},
		"two years":          {days(731), ""},
		"8 days":             {days(8), invalidDays + "8"},
		"24 months":          {days(744), invalidDays + "744"},
		"not insights":       {provider.Props{"performanceInsightsRetentionPeriod": 7.0}, "performanceInsightsRetentionPeriod: must not be set when performanceInsightsEnabled is false"},
		"advanced":           {with(days(465), advanced), ""},
		"advanced alone":     {advanced, notAdvanced},
		"advanced, a week":   {with(days(7), advanced), notAdvanced},
		"mode":               {provider.Props{"databaseInsightsMode": "best"}, "databaseInsightsMode: expected one of [standard, advanced], got best"},
		"windows":            {windows("23:30-00:30", "mon:00:30-mon:01:00"), ""},
		"backup":             {windows("1:00-2:00", nil), strings.Replace(backup, "%s", `"1:00-2:00"`, 1)},
		"maintenance":        {windows(nil, "monday:01:00-monday:02:00"), strings.Replace(maintenance, "%s", `"monday:01:00-monday:02:00"`, 1)},
		"short backup":       {windows("01:00-01:29", nil), "backupWindow: InvalidParameterValue: The window must be at least 30 minutes long: 01:00-01:29"},
		"short maintenance":  {windows(nil, "mon:23:50-tue:00:10"), "maintenanceWindow: InvalidParameterValue: The window must be at least 30 minutes long: mon:23:50-tue:00:10"},
		"overlap":            {windows("01:00-02:00", "wed:01:30-wed:02:30"), overlap},
		"overlap at night":   {windows("23:30-00:30", "thu:00:15-thu:01:00"), overlap},
		"overlap of a week":  {windows("23:30-00:30", "mon:00:00-mon:00:30"), overlap},
		"within the other":   {windows("01:00-04:00", "wed:02:00-wed:02:30"), overlap},
		"AWS avoids ours":    {windows("03:00-04:00", nil), ""},
		"AWS avoids its own": {windows(nil, "sun:03:00-sun:23:00"), ""},
	})
}

func TestStorageRules(t *testing.T) {
	t.Parallel()
	const combination = "InvalidParameterCombination: "
	store := func(kind string, size, iops, throughput any) provider.Props {
		return provider.Props{
			"storageType": kind, "allocatedStorage": size, "iops": iops, "storageThroughput": throughput,
		}
	}
	below := combination + "You can't specify IOPS or storage throughput for engine postgres and a storage size less than 400."
	account(t).BreakAll(t, instanceType, good, map[string]rule{
		"gp2":           {store("gp2", 20.0, nil, nil), ""},
		"gp3":           {store("gp3", 20.0, nil, nil), ""},
		"striped":       {store("gp3", 400.0, 12000.0, 500.0), ""},
		"io2":           {store("io2", 100.0, 1000.0, nil), ""},
		"iops alone":    {provider.Props{"allocatedStorage": 100.0, "iops": 3000.0}, ""},
		"growing":       {provider.Props{"maxAllocatedStorage": 21.0}, ""},
		"not growing":   {provider.Props{"maxAllocatedStorage": 0.0}, ""},
		"none":          {provider.Props{"allocatedStorage": nil}, "allocatedStorage: missing required property"},
		"small":         {store("gp3", 19.0, nil, nil), "allocatedStorage: InvalidParameterValue: Invalid storage size for engine name postgres and storage type gp3: 19"},
		"small by iops": {store("io1", 99.0, 1000.0, nil), "allocatedStorage: InvalidParameterValue: Invalid storage size for engine name postgres and storage type io1: 99"},
		"big":           {store("gp3", 65537.0, nil, nil), "allocatedStorage: expected at most 65536, got 65537"},
		"kind":          {store("standard", 20.0, nil, nil), "storageType: expected one of [gp2, gp3, io1, io2], got standard"},
		"grows by less": {provider.Props{"maxAllocatedStorage": 20.0}, "maxAllocatedStorage: " + combination + "Max storage size must be greater than storage size"},
		"grows a lot":   {provider.Props{"maxAllocatedStorage": 65537.0}, "maxAllocatedStorage: expected at most 65536, got 65537"},
		"no iops":       {store("io1", 100.0, nil, nil), "iops: " + combination + "The storage type io1 requires iops to be specified."},
		"iops of gp2":   {store("gp2", 100.0, 3000.0, nil), "iops: " + combination + "You can't specify IOPS for storage type gp2."},
		"throughput":    {store("gp2", 100.0, nil, 125.0), "storageThroughput: " + combination + "You can't specify storage throughput for storage type gp2."},
		"below":         {store("gp3", 399.0, 3000.0, nil), "iops: " + below},
		"below, too":    {store("gp3", 399.0, nil, 125.0), "storageThroughput: " + below},
		"few":           {store("gp3", 400.0, 11999.0, nil), "iops: " + combination + "The IOPS must be between 12000 and 64000, got 11999."},
		"slow":          {store("gp3", 400.0, 12000.0, 499.0), "storageThroughput: " + combination + "The storage throughput must be between 500 and 4000, got 499."},
		"few of io1":    {store("io1", 100.0, 999.0, nil), "iops: " + combination + "The IOPS must be between 1000 and 256000, got 999."},
	})
}

func TestNetworkRules(t *testing.T) {
	t.Parallel()
	const public = "InvalidVPCNetworkStateFault: Cannot create a publicly accessible DBInstance. The specified VPC "
	groups := func(ids ...any) provider.Props { return provider.Props{"vpcSecurityGroupIds": ids} }
	account(t).BreakAll(t, instanceType, good, map[string]rule{
		"default group":   {provider.Props{"dbSubnetGroupName": nil}, ""},
		"default by name": {provider.Props{"dbSubnetGroupName": "default"}, ""},
		"no group":        {provider.Props{"dbSubnetGroupName": "none"}, "DBSubnetGroupNotFoundFault: DB subnet group 'none' does not exist."},
		"zone":            {provider.Props{"availabilityZone": "eu-west-2b"}, ""},
		"another zone":    {provider.Props{"availabilityZone": "eu-west-2c"}, "InvalidVPCNetworkStateFault: The DB subnet group subnets has no subnet in Availability Zone eu-west-2c"},
		"security group":  {groups("$database"), ""},
		"another VPC":     {groups("$other-group"), "InvalidParameterCombination: The DB instance and EC2 security group are in different VPCs. The DB instance is in $vpc and the EC2 security group is in $other-vpc"},
		"missing":         {groups("sg-1"), "InvalidGroup.NotFound: The security group 'sg-1' does not exist"},
		"public":          {provider.Props{"publiclyAccessible": true}, ""},
		"no gateway":      {provider.Props{"publiclyAccessible": true, "dbSubnetGroupName": "$other-subnets"}, public + "has no internet gateway attached.Update the VPC and then try again"},
		"parameters":      {provider.Props{"parameterGroupName": "$newer"}, ""},
		"own parameters":  {provider.Props{"parameterGroupName": "default.postgres17"}, ""},
		"no parameters":   {provider.Props{"parameterGroupName": "none"}, "DBParameterGroupNotFound: DBParameterGroup not found: none"},
		"old parameters":  {provider.Props{"parameterGroupName": "$older"}, "InvalidParameterCombination: The parameter group postgres16 with DBParameterGroupFamily postgres16 can't be used for this instance. Use a parameter group with DBParameterGroupFamily postgres17."},
	})
	a := account(t)
	a.World.Get("aws:ec2/vpc:Vpc", a.Region, a.Got("vpc").ID).Props["enableDnsHostnames"] = false
	require.EqualError(t, a.Make(instanceType, "it", with(good, provider.Props{"publiclyAccessible": true})),
		public+"does not support DNS resolution, DNS hostnames, or both. Update the VPC and then try again")
	crowd(a, instanceType, 40)
	require.EqualError(t, a.Make(instanceType, "it", good), "InstanceQuotaExceeded: The quota of 40 DB instances is exceeded")
}

// TestWarnings: what is newer than the sandbox's lists is not refused in AWS's words; the sandbox says that it does not
// know it.
func TestWarnings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		in   provider.Props
		want string
	}{
		"known":         {provider.Props{"instanceClass": "db.r6idn.24xlarge", "engineVersion": "17.7"}, ""},
		"major version": {provider.Props{"instanceClass": "db.m6in.large", "engineVersion": "17"}, ""},
		"unknown":       {provider.Props{"instanceClass": provider.Unknown{}}, ""},
		"newer minor":   {provider.Props{"engineVersion": "17.9"}, "the versions of RDS as of January 2026, and 17.9"},
		"newer major":   {provider.Props{"engineVersion": "19"}, "the versions of RDS as of January 2026, and 19"},
		"newer family":  {provider.Props{"instanceClass": "db.m9g.large"}, "instance classes of RDS as of January 2026, and db.m9g.large"},
		"no such size":  {provider.Props{"instanceClass": "db.m5.32xlarge"}, "and db.m5.32xlarge is not among them: only AWS can tell"},
		"no such kind":  {provider.Props{"instanceClass": "db.m6.large"}, "and db.m6.large"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			warnings := rds.Behaviours[instanceType].Warn(test.in)
			if test.want == "" {
				require.Empty(t, warnings)
				return
			}
			require.Len(t, warnings, 1)
			require.Contains(t, warnings[0], test.want)
		})
	}
}
