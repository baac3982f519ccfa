"""documents, versions, collections, uploads and who may read them"""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

LANGUAGES = ("en", "fr", "es", "ar", "ru", "zh")
TYPES = (
    ("discussion-paper", "Discussion paper", "Document de réflexion", "Documento de debate", "ورقة نقاش", "Дискуссионный документ", "讨论文件"),
    ("report", "Report", "Rapport", "Informe", "تقرير", "Доклад", "报告"),
    ("concept-note", "Concept note", "Note conceptuelle", "Nota conceptual", "مذكرة مفاهيمية", "Концептуальная записка", "概念说明"),
    ("background-note", "Background note", "Note d'information", "Nota de antecedentes", "مذكرة معلومات أساسية", "Справочная записка", "背景说明"),
    ("list-of-participants", "List of participants", "Liste des participants", "Lista de participantes", "قائمة المشاركين", "Список участников", "与会者名单"),
    ("declaration", "Declaration", "Déclaration", "Declaración", "إعلان", "Декларация", "宣言"),
    ("plan-of-action", "Plan of action", "Plan d'action", "Plan de acción", "خطة عمل", "План действий", "行动计划"),
    ("act-of-accession", "Act of accession", "Acte d'adhésion", "Acta de adhesión", "وثيقة انضمام", "Акт о присоединении", "加入书"),
    ("statement-of-intent", "Statement of intent", "Déclaration d'intention", "Declaración de intenciones", "إعلان نوايا", "Заявление о намерениях", "意向书"),
    ("toolkit-chapter", "Toolkit chapter", "Chapitre de boîte à outils", "Capítulo de la caja de herramientas", "فصل من مجموعة أدوات", "Глава методического пособия", "工具包章节"),
    ("policy-brief", "Policy brief", "Note d'orientation", "Nota de orientación sobre políticas", "موجز سياسات", "Аналитическая записка", "政策简报"),
    ("step-by-step-guide", "Step-by-step guide", "Guide pas à pas", "Guía paso a paso", "دليل خطوة بخطوة", "Пошаговое руководство", "分步指南"),
    ("training-manual", "Training manual", "Manuel de formation", "Manual de formación", "دليل تدريبي", "Учебное пособие", "培训手册"),
    ("good-practice-card", "Good practice card", "Fiche de bonne pratique", "Ficha de buena práctica", "بطاقة ممارسة جيدة", "Карточка передового опыта", "良好实践卡片"),
    ("newsletter", "Newsletter", "Lettre d'information", "Boletín informativo", "نشرة إخبارية", "Информационный бюллетень", "通讯"),
    ("minutes", "Minutes", "Procès-verbal", "Acta de reunión", "محضر اجتماع", "Протокол заседания", "会议记录"),
    ("infographic", "Infographic", "Infographie", "Infografía", "رسم بياني معلوماتي", "Инфографика", "信息图"),
    ("questionnaire", "Questionnaire", "Questionnaire", "Cuestionario", "استبيان", "Анкета", "问卷"),
    ("city-report", "City report", "Rapport de ville", "Informe de ciudad", "تقرير مدينة", "Отчёт города", "城市报告"),
    ("press-release", "Press release", "Communiqué de presse", "Comunicado de prensa", "بيان صحفي", "Пресс-релиз", "新闻稿"),
)
TARGETS = (
    ("counsellors", "Counsellors", "Conseillers", "Orientadores y consejeros", "المرشدون", "Консультанты", "辅导人员"),
    ("interested-citizens", "Interested citizens", "Citoyens intéressés", "Ciudadanía interesada", "المواطنون المهتمون", "Заинтересованные жители", "感兴趣的公民"),
    ("social-workers", "Social workers", "Travailleurs sociaux", "Trabajadores sociales", "الأخصائيون الاجتماعيون", "Социальные работники", "社会工作者"),
    ("teachers-trainers", "Teachers / trainers", "Enseignants / formateurs", "Docentes / formadores", "المعلمون / المدربون", "Учителя / преподаватели", "教师/培训人员"),
    ("young-people", "Young people", "Jeunes", "Jóvenes", "الشباب", "Молодые люди", "青年人"),
    ("youth-workers", "Youth workers", "Animateurs de jeunesse", "Trabajadores juveniles", "العاملون مع الشباب", "Специалисты по работе с молодёжью", "青年工作者"),
    ("other", "Other", "Autre", "Otro", "أخرى", "Другое", "其他"),
)


def upgrade():
    op.create_table('link',
    sa.Column('source', sa.String(length=60), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('target', sa.String(length=60), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('source', 'kind', 'target', name=op.f('pk_link'))
    )
    with op.batch_alter_table('link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_link_target'), ['target'], unique=False)

    term = op.create_table('term',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('vocabulary', sa.String(length=20), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('labels', sa.JSON(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('place', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('into_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_term')),
    sa.UniqueConstraint('vocabulary', 'key', name=op.f('uq_term_vocabulary_key'))
    )
    op.create_table('collection',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('space_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('audience_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('by', sa.JSON(), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('smart', sa.Text(), nullable=False),
    sa.Column('count', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('removed', sa.Boolean(), nullable=False),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['audience_id'], ['audience.id'], name=op.f('fk_collection_audience_id_audience')),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_collection_author_id_person')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_collection_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['parent_id'], ['collection.id'], name=op.f('fk_collection_parent_id_collection')),
    sa.ForeignKeyConstraint(['space_id'], ['space.id'], name=op.f('fk_collection_space_id_space')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_collection'))
    )
    with op.batch_alter_table('collection', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_collection_audience_id'), ['audience_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_collection_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_collection_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_collection_parent_id'), ['parent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_collection_space_id'), ['space_id'], unique=False)

    op.create_table('document',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('space_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('audience_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sight', sa.String(length=12), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('by', sa.JSON(), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('abstract', sa.Text(), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('type', sa.String(length=40), nullable=False),
    sa.Column('series', sa.String(length=40), nullable=False),
    sa.Column('series_number', sa.String(length=20), nullable=False),
    sa.Column('date', sa.String(length=10), nullable=False),
    sa.Column('licence', sa.String(length=40), nullable=False),
    sa.Column('credits', sa.JSON(), nullable=False),
    sa.Column('identifiers', sa.JSON(), nullable=False),
    sa.Column('link', sa.String(length=500), nullable=False),
    sa.Column('link_state', sa.String(length=12), nullable=False),
    sa.Column('link_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('publish_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('zone', sa.String(length=40), nullable=False),
    sa.Column('published', sa.DateTime(timezone=True), nullable=True),
    sa.Column('review_by', sa.Date(), nullable=True),
    sa.Column('asked_again', sa.DateTime(timezone=True), nullable=True),
    sa.Column('into_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('withdrawn_why', sa.String(length=300), nullable=False),
    sa.Column('withdrawn_by', sa.String(length=200), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('versions', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('file_type', sa.String(length=8), nullable=False),
    sa.Column('file_size', sa.BigInteger(), nullable=False),
    sa.Column('pages', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('languages', sa.String(length=80), nullable=False),
    sa.Column('talks', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sorted', sa.DateTime(timezone=True), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed', sa.DateTime(timezone=True), nullable=False),
    sa.Column('batch_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['audience_id'], ['audience.id'], name=op.f('fk_document_audience_id_audience')),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_document_author_id_person')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_document_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['space_id'], ['space.id'], name=op.f('fk_document_space_id_space')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document'))
    )
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.create_index('ix_document_audience_id_sorted_id', ['audience_id', 'sorted', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_document_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_document_batch_id'), ['batch_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_document_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index('ix_document_sorted_id', ['sorted', 'id'], unique=False)
        batch_op.create_index('ix_document_space_id', ['space_id'], unique=False)
        batch_op.create_index('ix_document_state_publish_at', ['state', 'publish_at'], unique=False)

    op.create_table('upload_batch',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('space_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('shared', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_upload_batch_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_upload_batch'))
    )
    with op.batch_alter_table('upload_batch', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_upload_batch_person_id'), ['person_id'], unique=False)

    op.create_table('access_request',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('answered_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_access_request_document_id_document')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_access_request_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_request'))
    )
    with op.batch_alter_table('access_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_access_request_document_id'), ['document_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_access_request_person_id'), ['person_id'], unique=False)

    op.create_table('collection_item',
    sa.Column('collection_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('place', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['collection_id'], ['collection.id'], name=op.f('fk_collection_item_collection_id_collection')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_collection_item_document_id_document')),
    sa.PrimaryKeyConstraint('collection_id', 'document_id', name=op.f('pk_collection_item'))
    )
    with op.batch_alter_table('collection_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_collection_item_document_id'), ['document_id'], unique=False)

    op.create_table('document_day',
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('views', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('downloads', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_document_day_document_id_document')),
    sa.PrimaryKeyConstraint('document_id', 'day', name=op.f('pk_document_day'))
    )
    op.create_table('document_edition',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('status', sa.String(length=12), nullable=False),
    sa.Column('versions', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('based_on', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('volunteer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_document_edition_document_id_document')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_edition')),
    sa.UniqueConstraint('document_id', 'language', name=op.f('uq_document_edition_document_id_language'))
    )
    with op.batch_alter_table('document_edition', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_document_edition_volunteer_id'), ['volunteer_id'], unique=False)

    op.create_table('document_facet',
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('facet', sa.String(length=12), nullable=False),
    sa.Column('value', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_document_facet_document_id_document')),
    sa.PrimaryKeyConstraint('document_id', 'facet', 'value', name=op.f('pk_document_facet'))
    )
    with op.batch_alter_table('document_facet', schema=None) as batch_op:
        batch_op.create_index('ix_document_facet_facet_value', ['facet', 'value'], unique=False)

    op.create_table('document_grant',
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_document_grant_document_id_document')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_document_grant_person_id_person')),
    sa.PrimaryKeyConstraint('document_id', 'person_id', name=op.f('pk_document_grant'))
    )
    with op.batch_alter_table('document_grant', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_document_grant_person_id'), ['person_id'], unique=False)

    op.create_table('document_review',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('round', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reviewer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('asked_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('answer', sa.String(length=12), nullable=False),
    sa.Column('checked', sa.JSON(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('answered', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_document_review_document_id_document')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_review')),
    sa.UniqueConstraint('document_id', 'reviewer_id', 'round', name=op.f('uq_document_review_document_id_reviewer_id_round'))
    )
    with op.batch_alter_table('document_review', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_document_review_reviewer_id'), ['reviewer_id'], unique=False)

    op.create_table('document_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('restores', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('by', sa.JSON(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('mime', sa.String(length=120), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('form', sa.String(length=8), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('why', sa.String(length=300), nullable=False),
    sa.Column('tries', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pages', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('letters', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('outline', sa.JSON(), nullable=False),
    sa.Column('captions_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_document_version_document_id_document')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_version')),
    sa.UniqueConstraint('document_id', 'language', 'number', name=op.f('uq_document_version_document_id_language_number'))
    )
    with op.batch_alter_table('document_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_document_version_by_id'), ['by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_document_version_hash'), ['hash'], unique=False)
        batch_op.create_index(batch_op.f('ix_document_version_state'), ['state'], unique=False)

    op.create_table('guest_link',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('password', sa.String(length=200), nullable=False),
    sa.Column('note', sa.String(length=120), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('most', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('used', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_guest_link_by_id_person')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_guest_link_document_id_document')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guest_link')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_guest_link_token_hash'))
    )
    with op.batch_alter_table('guest_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_guest_link_by_id'), ['by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_guest_link_document_id'), ['document_id'], unique=False)

    op.create_table('placement',
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('space_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_placement_document_id_document')),
    sa.ForeignKeyConstraint(['space_id'], ['space.id'], name=op.f('fk_placement_space_id_space')),
    sa.PrimaryKeyConstraint('document_id', 'space_id', name=op.f('pk_placement'))
    )
    with op.batch_alter_table('placement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_placement_space_id'), ['space_id'], unique=False)

    op.create_table('upload',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('batch_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('folder', sa.String(length=300), nullable=False),
    sa.Column('print', sa.String(length=80), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('got', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('why', sa.String(length=200), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('mime', sa.String(length=120), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('moved', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_upload_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_upload')),
    sa.UniqueConstraint('key', name=op.f('uq_upload_key'))
    )
    with op.batch_alter_table('upload', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_upload_batch_id'), ['batch_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_upload_hash'), ['hash'], unique=False)
        batch_op.create_index(batch_op.f('ix_upload_person_id'), ['person_id'], unique=False)

    op.create_table('document_page',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('root', sa.String(length=60), nullable=False),
    sa.Column('audience_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('picture_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['audience_id'], ['audience.id'], name=op.f('fk_document_page_audience_id_audience')),
    sa.ForeignKeyConstraint(['version_id'], ['document_version.id'], name=op.f('fk_document_page_version_id_document_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_page')),
    sa.UniqueConstraint('version_id', 'number', name=op.f('uq_document_page_version_id_number'))
    )
    with op.batch_alter_table('document_page', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_document_page_document_id'), ['document_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_document_page_root'), ['root'], unique=False)
    for name, terms in (("type", TYPES), ("target", TARGETS)):
        op.bulk_insert(term, [_row(name, place, *one) for place, one in enumerate(terms)])


def _row(vocabulary, place, key, *words):
    labels = {code: word for code, word in zip(LANGUAGES, words, strict=True) if word}
    return {"vocabulary": vocabulary, "key": key, "labels": labels, "facts": {}, "place": place}


def downgrade():
    with op.batch_alter_table('document_page', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_document_page_root'))
        batch_op.drop_index(batch_op.f('ix_document_page_document_id'))

    op.drop_table('document_page')
    with op.batch_alter_table('upload', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_upload_person_id'))
        batch_op.drop_index(batch_op.f('ix_upload_hash'))
        batch_op.drop_index(batch_op.f('ix_upload_batch_id'))

    op.drop_table('upload')
    with op.batch_alter_table('placement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_placement_space_id'))

    op.drop_table('placement')
    with op.batch_alter_table('guest_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_guest_link_document_id'))
        batch_op.drop_index(batch_op.f('ix_guest_link_by_id'))

    op.drop_table('guest_link')
    with op.batch_alter_table('document_version', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_document_version_state'))
        batch_op.drop_index(batch_op.f('ix_document_version_hash'))
        batch_op.drop_index(batch_op.f('ix_document_version_by_id'))

    op.drop_table('document_version')
    with op.batch_alter_table('document_review', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_document_review_reviewer_id'))

    op.drop_table('document_review')
    with op.batch_alter_table('document_grant', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_document_grant_person_id'))

    op.drop_table('document_grant')
    with op.batch_alter_table('document_facet', schema=None) as batch_op:
        batch_op.drop_index('ix_document_facet_facet_value')

    op.drop_table('document_facet')
    with op.batch_alter_table('document_edition', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_document_edition_volunteer_id'))

    op.drop_table('document_edition')
    op.drop_table('document_day')
    with op.batch_alter_table('collection_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_collection_item_document_id'))

    op.drop_table('collection_item')
    with op.batch_alter_table('access_request', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_access_request_person_id'))
        batch_op.drop_index(batch_op.f('ix_access_request_document_id'))

    op.drop_table('access_request')
    with op.batch_alter_table('upload_batch', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_upload_batch_person_id'))

    op.drop_table('upload_batch')
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.drop_index('ix_document_state_publish_at')
        batch_op.drop_index('ix_document_space_id')
        batch_op.drop_index('ix_document_sorted_id')
        batch_op.drop_index(batch_op.f('ix_document_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_document_batch_id'))
        batch_op.drop_index(batch_op.f('ix_document_author_id'))
        batch_op.drop_index('ix_document_audience_id_sorted_id')

    op.drop_table('document')
    with op.batch_alter_table('collection', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_collection_space_id'))
        batch_op.drop_index(batch_op.f('ix_collection_parent_id'))
        batch_op.drop_index(batch_op.f('ix_collection_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_collection_author_id'))
        batch_op.drop_index(batch_op.f('ix_collection_audience_id'))

    op.drop_table('collection')
    op.drop_table('term')
    with op.batch_alter_table('link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_link_target'))

    op.drop_table('link')
