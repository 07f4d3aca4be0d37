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

// DatabaseVariant says by which environment variables the application knows its database.
type DatabaseVariant string

const (
	// DatabaseUrl is one variable, DATABASE_URL, as the guide's application reads it.
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
	// SubnetIds are at least two, in different zones. They need no route to the internet. Required.
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds"`
	// ServiceSecurityGroupId is the only one that reaches the database. Required.
	ServiceSecurityGroupId pulumi.StringInput `pulumi:"serviceSecurityGroupId"`

	Variant DatabaseVariant `pulumi:"variant,optional"` // Defaults to DatabaseUrl.
	// Paths maps each of the variant's variables to the SSM parameter that the database fills. Required.
	Paths map[string]string `pulumi:"paths"`

	InstanceClass string `pulumi:"instanceClass,optional"` // Defaults to db.t4g.micro. A change restarts the database at once.
	Version       int    `pulumi:"version,optional"`       // Major version, defaults to 17. A higher one upgrades at once.
	MultiAz       bool   `pulumi:"multiAz,optional"`       // Keeps a standby in a second zone.
	Storage       int    `pulumi:"storage,optional"`       // In GiB. Defaults to 20; it can only grow.
	// MaxStorage is how far RDS lets the storage grow by itself, in GiB. Defaults to twice Storage; 0 keeps it from growing.
	MaxStorage *int `pulumi:"maxStorage,optional"`
	BackupDays *int `pulumi:"backupDays,optional"` // Days that backups are kept, 0-35, defaults to 7; 0 takes none.
	// Protect refuses to delete or to replace the database and its parameters.
	Protect bool `pulumi:"protect,optional"`
	// FinalSnapshot leaves a snapshot behind when the database is deleted. Defaults to true.
	FinalSnapshot *bool `pulumi:"finalSnapshot,optional"`
	// ForceTls refuses connections without TLS. Defaults to true; an application that cannot do TLS needs false.
	ForceTls *bool `pulumi:"forceTls,optional"`
	// KmsKeyArn encrypts storage, backups and snapshots. Defaults to the account's aws/rds key. It counts when the
	// database is made: a later change is ignored, as it would replace the database and lose its data.
	KmsKeyArn    pulumi.StringPtrInput `pulumi:"kmsKeyArn,optional"`
	DatabaseName string                `pulumi:"databaseName,optional"` // Defaults to live_beats. A change replaces the database.
	UserName     string                `pulumi:"userName,optional"`     // Defaults to live_beats. A change replaces the database.
	// ParameterKmsKeyArn encrypts the parameters when they are made. Defaults to the account's aws/ssm key.
	ParameterKmsKeyArn pulumi.StringPtrInput `pulumi:"parameterKmsKeyArn,optional"`
	// FoundVersions are the versions that a program has looked up of the parameters, by variable: 0 for one that does not
	// exist yet. ParameterVersions then counts values too that were set outside of Pulumi. They differ with every run, and
	// are not recorded.
	FoundVersions map[string]int `pulumi:"foundVersions,optional" record:"-"`
}

func (a DatabaseArgs) withDefaults() DatabaseArgs {
	a.Variant = cmp.Or(a.Variant, DatabaseUrl)
	a.InstanceClass = cmp.Or(a.InstanceClass, "db.t4g.micro")
	a.Version = cmp.Or(a.Version, 17)
	a.Storage = cmp.Or(a.Storage, awsmodel.DBStorage.Min)
	a.MaxStorage = or(a.MaxStorage, growth(a.Storage))
	a.BackupDays = or(a.BackupDays, 7)
	a.FinalSnapshot = or(a.FinalSnapshot, true)
	a.ForceTls = or(a.ForceTls, true)
	a.DatabaseName = cmp.Or(a.DatabaseName, "live_beats")
	a.UserName = cmp.Or(a.UserName, "live_beats")
	return a
}

// growth doubles the storage, as far as that goes.
func growth(storage int) int {
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
		"lower-case letters, digits and single hyphens, starting with a letter: RDS takes no other names")
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
