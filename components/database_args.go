package components

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

// DatabaseVariant selects the environment variables from which the application reads its database connection.
type DatabaseVariant string

const (
	// DatabaseUrl is one variable, DATABASE_URL, as in the guide.
	DatabaseUrl DatabaseVariant = "url"
	// DatabaseParts are DB_USERNAME, DB_PASSWORD, DB_HOST, DB_PORT and DB_NAME.
	DatabaseParts DatabaseVariant = "parts"
)

// databaseVariables are the environment variables of each variant.
var databaseVariables = map[DatabaseVariant][]string{
	DatabaseUrl:   {"DATABASE_URL"},
	DatabaseParts: {"DB_HOST", "DB_NAME", "DB_PASSWORD", "DB_PORT", "DB_USERNAME"},
}

// DatabaseArgs configures a Database.
type DatabaseArgs struct {
	Account Account            `pulumi:"account"` // Required.
	VpcId   pulumi.StringInput `pulumi:"vpcId"`   // Required.
	// SubnetIds are at least two subnets in different zones. They need no route to the internet. Required.
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds"`
	// ServiceSecurityGroupId is the only security group that can reach the database. Required.
	ServiceSecurityGroupId pulumi.StringInput `pulumi:"serviceSecurityGroupId"`

	Variant DatabaseVariant `pulumi:"variant,optional"` // Defaults to DatabaseUrl.
	// Paths maps each of the variant's variables to the name of the SSM parameter to create for it. Required.
	Paths map[string]string `pulumi:"paths"`

	// InstanceClass defaults to db.t4g.micro. A change restarts the database at once.
	InstanceClass string `pulumi:"instanceClass,optional"`
	Version       int    `pulumi:"version,optional"` // Major version, defaults to 17. A higher one upgrades at once.
	MultiAz       bool   `pulumi:"multiAz,optional"` // Keeps a standby in a second zone.
	Storage       int    `pulumi:"storage,optional"` // In GiB. Defaults to 20; it can only grow.
	// MaxStorage is the limit, in GiB, to which RDS increases the storage by itself. Defaults to twice Storage. 0 turns
	// this off.
	MaxStorage *int `pulumi:"maxStorage,optional"`
	BackupDays *int `pulumi:"backupDays,optional"` // Days that backups are kept, 0-35, defaults to 7. 0 turns backups off.
	// Protect makes deleting or replacing the database and its parameters an error.
	Protect bool `pulumi:"protect,optional"`
	// FinalSnapshot takes a snapshot when the database is deleted. Defaults to true.
	FinalSnapshot *bool `pulumi:"finalSnapshot,optional"`
	// ForceTls rejects connections without TLS. Defaults to true. An application that does not support TLS needs false.
	ForceTls *bool `pulumi:"forceTls,optional"`
	// KmsKeyArn encrypts storage, backups and snapshots. Defaults to the account's aws/rds key. It is used only when the
	// database is created. A later change is ignored, because it would replace the database and delete its data.
	KmsKeyArn pulumi.StringPtrInput `pulumi:"kmsKeyArn,optional"`
	// DatabaseName and UserName default to live_beats. A change replaces the database.
	DatabaseName string `pulumi:"databaseName,optional"`
	UserName     string `pulumi:"userName,optional"`
	// ParameterKmsKeyArn encrypts new parameters. Existing parameters keep their key. Defaults to the account's aws/ssm
	// key.
	ParameterKmsKeyArn pulumi.StringPtrInput `pulumi:"parameterKmsKeyArn,optional"`
	// FoundVersions are the parameters' versions that a program has looked up, by variable: 0 if the parameter does not
	// exist yet. With them, ParameterVersions include values that were set outside of Pulumi. They may differ in every
	// run, so they are not recorded as an input.
	FoundVersions map[string]int `pulumi:"foundVersions,optional" record:"-"`
}

func (a DatabaseArgs) withDefaults() DatabaseArgs {
	a.Variant = cmp.Or(a.Variant, DatabaseUrl)
	a.InstanceClass = cmp.Or(a.InstanceClass, "db.t4g.micro")
	a.Version = cmp.Or(a.Version, 17)
	a.Storage = cmp.Or(a.Storage, awsmodel.DBStorage.Min)
	a.MaxStorage = or(a.MaxStorage, defaultMaxStorage(a.Storage))
	a.BackupDays = or(a.BackupDays, 7)
	a.FinalSnapshot = or(a.FinalSnapshot, true)
	a.ForceTls = or(a.ForceTls, true)
	a.DatabaseName = cmp.Or(a.DatabaseName, "live_beats")
	a.UserName = cmp.Or(a.UserName, "live_beats")
	return a
}

// defaultMaxStorage returns twice the storage, at most the maximum of RDS. It returns 0 if RDS does not accept that
// limit.
func defaultMaxStorage(storage int) int {
	if most := min(2*storage, awsmodel.DBStorage.Max); awsmodel.ValidDBStorageLimit(storage, most) {
		return most
	}
	return 0
}

// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
var (
	databaseComponentRule = regexp.MustCompile(`^[a-z](?:-?[0-9a-z])*$`)
	databaseNameRule      = regexp.MustCompile(`^[A-Za-z_][0-9A-Za-z_]{0,62}$`)
	userNameRule          = regexp.MustCompile(`^[A-Za-z][0-9A-Za-z_]{0,62}$`)
	reservedUsers         = []string{"admin", "rdsadmin", "rdsrepladmin", "rds_superuser"}
)

func (a DatabaseArgs) check(name string) error {
	var p problems
	p.check(databaseComponentRule.MatchString(name), "Name", name,
		"lower-case letters, digits and single hyphens, starting with a letter, because RDS accepts no other names")
	a.Account.check(&p)
	p.required("VpcId", a.VpcId)
	p.required("SubnetIds", a.SubnetIds)
	if ids, ok := a.SubnetIds.(pulumi.StringArray); ok {
		p.check(len(ids) >= 2, "SubnetIds", len(ids), "at least 2, in two different Availability Zones")
	}
	p.required("ServiceSecurityGroupId", a.ServiceSecurityGroupId)
	a.checkPaths(&p)
	p.match("InstanceClass", a.InstanceClass, awsmodel.DBInstanceClass)
	p.within("Version", a.Version, awsmodel.DBVersion)
	p.within("Storage", a.Storage, awsmodel.DBStorage)
	p.check(awsmodel.ValidDBStorageLimit(a.Storage, *a.MaxStorage), "MaxStorage", *a.MaxStorage,
		fmt.Sprintf("0, or at least a tenth more than Storage %d and at most %d", a.Storage, awsmodel.DBStorage.Max))
	p.within("BackupDays", *a.BackupDays, awsmodel.DBBackupDays)
	p.check(databaseNameRule.MatchString(a.DatabaseName) && a.DatabaseName != "db", "DatabaseName", a.DatabaseName,
		"1-63 letters, digits and _, not starting with a digit, and not db")
	p.check(userNameRule.MatchString(a.UserName) && !slices.Contains(reservedUsers, strings.ToLower(a.UserName)),
		"UserName", a.UserName,
		fmt.Sprintf("1-63 letters, digits and _, starting with a letter, and none of %v", reservedUsers))
	return p.err(databaseType, name)
}

func (a DatabaseArgs) checkPaths(p *problems) {
	variables, ok := databaseVariables[a.Variant]
	p.check(ok, "Variant", string(a.Variant), "url or parts")
	given := slices.Sorted(maps.Keys(a.Paths))
	p.check(!ok || slices.Equal(given, variables), "Paths", given, fmt.Sprintf("exactly %v", variables))
	for _, env := range given {
		p.match(fmt.Sprintf("Paths[%q]", env), a.Paths[env], awsmodel.ParameterName)
	}
}
