import { defineWords } from '@/app/i18n'

export const departmentWords = defineWords({
  'zh-CN': {
    title: '部门',
    new: '新建部门',
    below: '新建下级',
    empty: '还没有部门',
    'empty.hint': '部门决定班长能看到谁的通话和录音。先建一个顶级部门，再建下级。',
    'pick.hint': '部门决定数据范围：角色的范围为“本部门及下级”时，只能看到这棵子树里的人和通话。',
    name: '部门名称',
    parent: '上级部门',
    'parent.none': '没有上级（顶级部门）',
    'parent.bad': '不能选自己或自己的下级',
    follows: '有下级部门或成员的部门不能删除；请先移走它们。引用此部门的技能组将不再属于任何部门。',
    tree: '部门树',
  },
  en: {
    title: 'Departments',
    new: 'New department',
    below: 'New below',
    empty: 'No departments yet',
    'empty.hint': 'Departments decide whose calls and recordings a supervisor sees. Make a top department first, then those below.',
    'pick.hint': 'Departments are data scopes: a role with the scope “department and below” sees the people and calls of this subtree only.',
    name: 'Name',
    parent: 'Parent',
    'parent.none': 'None (top level)',
    'parent.bad': 'Not itself, nor one below it',
    follows: 'A department with others below it, or with members, cannot be deleted: move them first. Groups of this department will belong to none.',
    tree: 'Department tree',
  },
})
