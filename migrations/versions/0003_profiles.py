"""profiles: languages, themes, who sees what, pictures; fields of organisations"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LANGUAGES = ("en", "fr", "es", "ar", "ru", "zh")
THEMES = (
    ("human-rights", "Human rights", "Droits de l’homme", "Derechos humanos", "حقوق الإنسان", "Права человека", "人权"),
    ("urban-inclusion", "Urban inclusion", "Inclusion urbaine", "Inclusión urbana", "الإدماج الحضري", "Городская инклюзия", "城市包容"),
    ("migration", "Migration", "Migrations", "Migración", "الهجرة", "Миграция", "移民"),
    ("gender-equality", "Gender equality", "Égalité des genres", "Igualdad de género", "المساواة بين الجنسين", "Гендерное равенство", "性别平等"),
    ("youth", "Youth", "Jeunesse", "Juventud", "الشباب", "Молодёжь", "青年"),
    ("children", "Children", "Enfants", "Infancia", "الأطفال", "Дети", "儿童"),
    ("disability", "Disability", "Handicap", "Discapacidad", "الإعاقة", "Инвалидность", "残障"),
    ("health-and-stigma", "Health and stigma", "Santé et stigmatisation", "Salud y estigma", "الصحة والوصم", "Здоровье и стигма", "健康与污名"),
    ("housing", "Housing", "Logement", "Vivienda", "السكن", "Жильё", "住房"),
    ("employment", "Employment", "Emploi", "Empleo", "التوظيف", "Занятость", "就业"),
    ("education", "Education", "Éducation", "Educación", "التعليم", "Образование", "教育"),
    ("culture", "Culture", "Culture", "Cultura", "الثقافة", "Культура", "文化"),
    ("services", "Services", "Services", "Servicios", "الخدمات", "Услуги", "服务"),
    ("public-space", "Public space", "Espace public", "Espacio público", "الفضاء العام", "Общественное пространство", "公共空间"),
    ("safety", "Safety", "Sécurité", "Seguridad", "السلامة", "Безопасность", "安全"),
    ("justice", "Justice", "Justice", "Justicia", "العدالة", "Правосудие", "司法公正"),
    ("support", "Support for people affected", "Soutien aux personnes concernées", "Apoyo a las personas afectadas", "دعم المتضررين", "Поддержка пострадавших", "支持受影响者"),
    ("mediation", "Mediation", "Médiation", "Mediación", "الوساطة", "Посредничество", "调解"),
    ("legislation", "Legislation", "Législation", "Legislación", "التشريعات", "Законодательство", "立法"),
    ("policy-review", "Policy review", "Examen des politiques", "Revisión de políticas", "مراجعة السياسات", "Анализ политики", "政策审查"),
    ("monitoring", "Monitoring", "Veille et suivi", "Vigilancia y seguimiento", "الرصد", "Мониторинг", "监测"),
    ("data", "Data", "Données", "Datos", "البيانات", "Данные", "数据"),
    ("research", "Research", "Recherche", "Investigación", "البحث", "Исследования", "研究"),
    ("participation", "Participation", "Participation", "Participación", "المشاركة", "Участие", "参与"),
    ("awareness", "Awareness", "Sensibilisation", "Sensibilización", "التوعية", "Повышение осведомлённости", "提高认识"),
    ("advocacy", "Advocacy", "Plaidoyer", "Incidencia", "المناصرة", "Общественная кампания", "倡导"),
    ("outreach", "Outreach", "Information et mobilisation", "Divulgación y alcance", "التواصل مع الجهات المعنية", "Работа с партнёрами и населением", "外联"),
    ("capacity-building", "Capacity building", "Renforcement des capacités", "Fortalecimiento de capacidades", "بناء القدرات", "Развитие потенциала", "能力建设"),
)
TEXTS = {"person": ("helps", "seeks"), "organisation": ("about",)}


def upgrade():
    _columns()
    theme = op.create_table(
        "theme",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme")),
        sa.UniqueConstraint("key", name=op.f("uq_theme_key")),
    )
    rows = [{"key": key, "labels": dict(zip(LANGUAGES, words, strict=True))} for key, *words in THEMES]
    op.bulk_insert(theme, rows)
    for who in ("person", "organisation"):
        _tie(f"{who}_theme", who, sa.Column("theme_id", NUMBER, nullable=False))
        code = sa.Column("code", sa.String(length=12), nullable=False)
        own = _level() if who == "person" else ()
        _tie(f"{who}_language", who, code, *own)
    _carry_over()
    with op.batch_alter_table("person", recreate="never") as batch_op:
        batch_op.drop_column("speaks")


def _columns():
    for table, names in TEXTS.items():
        for name in names:
            op.add_column(table, sa.Column(name, sa.Text(), nullable=False, server_default=""))
        op.add_column(table, sa.Column("picture_id", NUMBER, nullable=True))
    op.add_column("person", sa.Column("pronouns", sa.String(length=40), nullable=False, server_default=""))
    op.add_column("person", sa.Column("shown", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("organisation", sa.Column("website", sa.String(length=300), nullable=False, server_default=""))
    op.add_column("organisation", sa.Column("acceded", sa.Date(), nullable=True))
    op.add_column("seat", sa.Column("before_id", NUMBER, nullable=True))


def _level():
    return (
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("place", NUMBER, nullable=False),
    )


def _tie(table, who, other, *more):
    key = f"{who}_id"
    to_theme = []
    if other.name == "theme_id":
        name = op.f(f"fk_{table}_theme_id_theme")
        to_theme.append(sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=name))
    op.create_table(
        table,
        sa.Column(key, NUMBER, nullable=False),
        other,
        *more,
        *to_theme,
        sa.ForeignKeyConstraint([key], [f"{who}.id"], name=op.f(f"fk_{table}_{key}_{who}")),
        sa.PrimaryKeyConstraint(key, other.name, name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_{other.name}"), table, [other.name], unique=False)


def _carry_over():
    """The languages that people speak had no level: they keep their order, and the level stays unsaid."""
    spoken = op.get_bind().exec_driver_sql("SELECT id, speaks FROM person").all()
    rows = [
        {"person_id": number, "code": code, "level": "", "place": place}
        for number, kept in spoken
        for place, code in enumerate(dict.fromkeys(json.loads(kept) if isinstance(kept, str) else kept or ()))
    ]
    table = sa.table("person_language", *map(sa.column, ("person_id", "code", "level", "place")))
    if rows:
        op.bulk_insert(table, rows)


def downgrade():
    op.add_column("person", sa.Column("speaks", sa.JSON(), nullable=False, server_default="[]"))
    _carry_back()
    for who in ("person", "organisation"):
        op.drop_index(op.f(f"ix_{who}_language_code"), table_name=f"{who}_language")
        op.drop_table(f"{who}_language")
        op.drop_index(op.f(f"ix_{who}_theme_theme_id"), table_name=f"{who}_theme")
        op.drop_table(f"{who}_theme")
    op.drop_table("theme")
    gone = {
        "person": ("helps", "seeks", "pronouns", "shown", "picture_id"),
        "organisation": ("about", "website", "acceded", "picture_id"),
        "seat": ("before_id",),
    }
    for table, names in gone.items():
        with op.batch_alter_table(table, recreate="never") as batch_op:
            for name in names:
                batch_op.drop_column(name)


def _carry_back():
    bind = op.get_bind()
    found = {}
    query = "SELECT person_id, code FROM person_language ORDER BY person_id, place"
    for number, code in bind.exec_driver_sql(query):
        found.setdefault(number, []).append(code)
    person = sa.table("person", sa.column("id"), sa.column("speaks", sa.JSON()))
    for number, codes in found.items():
        bind.execute(sa.update(person).where(person.c.id == number).values(speaks=codes))
